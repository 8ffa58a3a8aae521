// One websocket to the gateway that comes back by itself: jittered back-off, at once when the browser comes online or wakes.
export type Frame = { type: string } & Record<string, any>;

export interface LinkEars {
  /** The first frame of each connection. */
  hello_(): Frame;
  heard_(frame: Frame): void;
  /** The connection is gone; the next try is under way. */
  lost_(): void;
}

/** Half a character (a lone surrogate) and NUL are no JSON text for the gateway: they become the replacement character. */
const wire = (frame: Frame) => JSON.stringify(frame, (_, value) => value?.replace?.(/\p{Cs}|\0/gu, '\ufffd') ?? value);

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 15_000;
const WELCOME_MS = 10_000;
const PROBE_MS = 4_000;
const GOING_AWAY = 1001;
const TRY_LATER = 1013;

type Timer = ReturnType<typeof setTimeout>;

export function openLink(url: string, ears: LinkEars) {
  let socket: WebSocket | undefined;
  let wanted = false;
  let tries = 0;
  let heard = 0;
  let retry: Timer;
  /** Armed while an answer is due. */
  let doom: Timer | 0 = 0;
  let beat: Timer;

  const link = {
    /** Welcomed by the gateway. */
    up_: false,
    start_() {
      wanted = true;
      if (!socket) connect();
    },
    stop_() {
      wanted = false;
      drop();
    },
    /** Connects anew at once, to be told what is missing; when that brings nothing it waits like after a failure. */
    again_: () => failed(GOING_AWAY),
    /** Sent if connected; false means the caller keeps it. */
    send_(frame: Frame) {
      if (link.up_) socket!.send(wire(frame));
      return link.up_;
    },
    /** An answer is overdue: finds out whether anybody is there. */
    doubt_: () => !doom && link.up_ && probe(PROBE_MS),
    /** Something new arrived: the next failure is a first one. */
    progress_() {
      tries = 0;
    },
  };

  /** Asks the gateway for a sign of life; without one the socket is given up. */
  function probe(patience: number) {
    link.send_({ type: 'ping' });
    clearTimeout(doom);
    doom = setTimeout(failed, patience, GOING_AWAY);
  }

  function connect() {
    clearTimeout(retry);
    const mine = socket = new WebSocket(url, 'firstline.visitor.v1');
    doom = setTimeout(failed, WELCOME_MS);
    const greet = () => mine.send(wire(ears.hello_()));
    mine.onopen = greet;
    mine.onclose = ({ code }) => failed(code);
    mine.onmessage = ({ data }) => {
      relieve();
      const frame = JSON.parse(data) as Frame;
      if (frame.type == 'welcome') settle((frame.heartbeat_s || 15) * 1000);
      if (link.up_) ears.heard_(frame);
      else doom = setTimeout(greet, frame.retry_after_ms || 1000); // busy: the socket stays, the greeting is said again
    };
  }

  function settle(beatMs: number) {
    link.up_ = true;
    clearInterval(beat);
    // What we send is no sign of life of the other side. All in all a dead one is found within two beats.
    beat = setInterval(() => !doom && Date.now() - heard >= beatMs * 0.9 && probe(beatMs * 0.6), beatMs / 3);
  }

  function relieve() {
    heard = Date.now();
    clearTimeout(doom);
    doom = 0;
  }

  function drop() {
    relieve();
    clearTimeout(retry);
    clearInterval(beat);
    link.up_ = false;
    if (socket) {
      socket.onopen = socket.onclose = socket.onmessage = null;
      socket.close();
      socket = undefined;
    }
  }

  function failed(code?: number) {
    drop();
    if (!wanted) return;
    const wait = code == GOING_AWAY && !tries ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (code == TRY_LATER ? tries + 2 : tries));
    tries++;
    retry = setTimeout(connect, wait * (0.5 + Math.random() / 2));
    ears.lost_();
  }

  function wake() {
    if (!wanted || document.hidden) return;
    if (link.up_) probe(PROBE_MS);
    else if (!socket) {
      tries = 0;
      connect();
    }
  }
  for (const name of ['online', 'offline', 'pageshow']) addEventListener(name, wake);
  document.addEventListener('visibilitychange', wake);
  return link;
}
