// One visitor's chat as this tab knows it: the transcript without holes, what is still on its way, and who is there.
//
//   say -> stored (keep.ts) -> sent, one at a time -> ack -> forgotten -> event with our mid -> shown as sent
//
// Order and truth come from the gateway's `seq`: an event seen before is dropped, a hole means connecting again with `after`.
import { keepUnsent, recall, remember, unsent, watchOtherTabs, type Unsent } from './keep';
import { openLink, type Frame } from './link';

export interface ChatEvent extends Frame {
  chat: number;
  seq: number;
  at: number;
  kind: string;
}

export type Phase = '' | 'auto' | 'queued' | 'offered' | 'active' | 'closed';

export interface ChatEars {
  /** A new entry of the transcript; `replay` when it happened before this connection. */
  event(event: ChatEvent, replay: boolean): void;
  /** The transcript begins anew, empty. */
  cleared(): void;
  /** Anything else changed. */
  changed(): void;
  /** A message was refused for good; its text goes back to the visitor. */
  refused(text: string): void;
  /** The members of the first frame that the page decides. */
  introduction(): Record<string, unknown>;
}

const ACK_MS = 10_000;
const EVENT_MS = 2_000;
const OLD_CHAT_MS = 43_200_000;
const TYPING_SHOWN_MS = 7_000;
const TYPING_OFF_MS = 3_000;
const TYPING_GAP_MS = 1_000;
const LONGEST_DRAFT = 500;

type Timer = ReturnType<typeof setTimeout>;
export type Chat = ReturnType<typeof openChat>;

const newMid = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');

export function openChat(url: string, ears: ChatEars) {
  let number = 0;
  /** Newest seq we have, and newest the gateway had when we connected. */
  let last = 0;
  let head = 0;
  let token = recall('token');
  /** Frames without a mid, sent after each reconnect until they are answered. */
  const wishes = new Map<string, Frame>();
  let missing: Unsent[] = [];
  let flight: string | undefined;
  let ackTimer: Timer;
  let paused: Timer | 0 = 0;
  let typingTimer: Timer;
  let typedAt = 0;
  let toldSeen = 0;

  const link = openLink(url, {
    hello: () => ({ type: 'hello', token: token ?? undefined, after: last, ...ears.introduction() }),
    heard,
    lost() {
      landed();
      chat.typist = '';
      ears.changed();
    },
  });

  const chat = {
    link,
    events: [] as ChatEvent[],
    outbox: unsent(),
    phase: '' as Phase,
    agent: '',
    typist: '',
    place: 0,
    wait: undefined as { low: number; high: number } | undefined,
    seenByAgent: 0,
    /** undefined until the gateway said so. */
    open: undefined as boolean | undefined,

    /** Nothing is going on that would need a connection while the panel is closed. */
    idle: () => !chat.outbox.length && !wishes.size && (!chat.phase || chat.phase == 'closed'),
    waiting: () => /queued|offered/.test(chat.phase) || chat.outbox.some(({ text }) => text === undefined),
    say(text: string) {
      stopTyping();
      post(text);
    },
    askForPerson() {
      if (!chat.waiting()) post();
    },
    /** Sent now and again after each reconnect until the gateway answers: rate, helped, end, profile. */
    tell(frame: Frame) {
      wishes.set(frame.type, frame);
      link.send(frame);
    },
    /** The draft while it is written, at most once a second; off after three silent seconds. */
    typed(draft: string) {
      clearTimeout(typingTimer);
      if (!draft) return stopTyping();
      typingTimer = setTimeout(stopTyping, TYPING_OFF_MS);
      if (Date.now() - typedAt < TYPING_GAP_MS) return;
      typedAt = Date.now();
      link.send({ type: 'typing', on: true, draft: [...draft.slice(0, 2 * LONGEST_DRAFT)].slice(0, LONGEST_DRAFT).join('') });
    },
    /** The visitor looks at the transcript. */
    seen() {
      const newest = chat.events.at(-1)?.seq ?? 0;
      if (newest > toldSeen && link.send({ type: 'seen', seq: newest })) toldSeen = newest;
    },
    /** Puts a closed chat away; the next message opens a new one. */
    fresh() {
      chat.phase = '';
      empty();
      ears.changed();
    },
    /** Forgets the visitor: for shops whose customer logs out. */
    reset() {
      for (const { mid } of unsent()) remember('out.' + mid);
      for (const key of ['token', 'chat', 'draft']) remember(key);
      becomeStranger();
    },
  };

  function becomeStranger() {
    token = recall('token');
    chat.outbox = [];
    wishes.clear();
    startOver(0);
    link.again();
  }

  function empty() {
    chat.agent = chat.typist = '';
    chat.events = [];
    ears.cleared();
  }

  function startOver(chatNumber: number) {
    number = chatNumber;
    last = toldSeen = chat.seenByAgent = chat.place = 0;
    chat.phase = number ? 'auto' : '';
    if (number) remember('chat', '' + number);
    empty();
  }

  // On its way out -----------------------------------------------------------------------------------------------------

  /** Without a text it is the wish to talk to a person. */
  function post(text?: string) {
    const item = { mid: newMid(), at: Math.max(Date.now(), (chat.outbox.at(-1)?.at ?? 0) + 1), text };
    keepUnsent(item);
    chat.outbox.push(item);
    ears.changed();
    flush();
  }

  /** One message at a time, so that the order written is the order stored. */
  function flush() {
    const item = chat.outbox.find(({ acked }) => !acked);
    if (!item || flight || paused || !link.up) return;
    const { mid, text } = item;
    flight = mid;
    ackTimer = setTimeout(() => (landed(), flush()), ACK_MS);
    link.send({ type: text === undefined ? 'human' : 'say', mid, text });
  }

  function landed() {
    clearTimeout(ackTimer);
    flight = undefined;
  }

  function unload(mid: string) {
    chat.outbox = chat.outbox.filter((item) => item.mid != mid);
  }

  /** The gateway answered for this message: it is not ours to send any more. */
  function settle(mid: string) {
    remember('out.' + mid);
    if (flight == mid) landed();
    flush();
  }

  function acked({ mid, chat: now, seq }: Frame) {
    if (now > number) startOver(now);
    const item = chat.outbox.find((one) => one.mid == mid);
    if (item) item.acked = true;
    if (item && (item.text === undefined || seq <= last)) unload(mid);
    setTimeout(() => number == now && last < seq && link.again(), EVENT_MS);
    chat.phase ||= 'auto';
    settle(mid);
  }

  /** What other tabs and earlier visits left unsent goes out too; the gateway drops what it already has. */
  function mergeOutbox() {
    const ours = new Set(chat.outbox.map(({ mid }) => mid));
    chat.outbox = [...chat.outbox, ...unsent().filter(({ mid }) => !ours.has(mid))].sort((a, b) => a.at - b.at);
  }

  function sendWishes() {
    for (const wish of wishes.values()) link.send(wish);
    flush();
  }

  function stopTyping() {
    clearTimeout(typingTimer);
    if (typedAt) link.send({ type: 'typing', on: false });
    typedAt = 0;
  }

  // What comes in ------------------------------------------------------------------------------------------------------

  function heard(frame: Frame) {
    switch (frame.type) {
      case 'welcome': welcome(frame); break;
      case 'event': take(frame as ChatEvent, frame.seq <= head); break;
      case 'ack': acked(frame); break;
      case 'queue': chat.place = frame.place; chat.wait = frame.wait_s; break;
      case 'typing': showTyping(frame); break;
      case 'seen': chat.seenByAgent = Math.max(chat.seenByAgent, frame.seq); break;
      case 'ok': wishes.delete(frame.for); break;
      case 'error': refused(frame); break;
    }
    ears.changed();
  }

  function welcome({ token: given, chat: now = 0, head: newest = 0, events = [], phase, agent, place, seen, open }: Frame) {
    const stored = recall('token');
    if (stored && stored != token) { // another tab was first
      token = stored;
      return link.again();
    }
    if (given != stored) remember('token', given);
    token = given;
    head = newest;
    chat.open = open;
    // Another chat than ours, or a shorter one (a restored backup): it is read from its beginning.
    if (now != number || head < last) {
      const known = last;
      if (now == number) missing = chat.events.filter(({ from }) => from == 'visitor').map(({ mid, at, text }) => ({ mid, at, text }));
      startOver(now);
      if (known && now) return link.again();
    }
    for (const event of events) {
      take(event, true);
      if (!link.up) return;
    }
    chat.phase = phase ?? chat.phase;
    chat.agent = agent?.name ?? '';
    chat.place = place ?? 0;
    chat.seenByAgent = seen ?? chat.seenByAgent;
    if (last >= head) link.progress();
    const end = chat.events.at(-1);
    if (phase == 'closed' && !(end && Date.now() - end.at < OLD_CHAT_MS)) chat.fresh();
    mergeOutbox();
    sendWishes();
  }

  function take(event: ChatEvent, replay: boolean) {
    const { chat: now, seq, mid } = event;
    if (now > number) startOver(now);
    if (now < number || seq <= last) return;
    if (seq > last + 1) return link.again();
    last = seq;
    if (!replay) link.progress();
    chat.events.push(event);
    follow(event);
    ears.event(event, replay);
    if (mid) {
      unload(mid);
      settle(mid);
    }
    if (missing.length && last >= head) resendMissing();
  }

  /** Who is there and in which phase, derived from the transcript. */
  function follow({ kind, from, name }: ChatEvent) {
    if (kind == 'message' && from != 'agent') return;
    chat.typist = '';
    if (kind == 'joined') {
      chat.phase = 'active';
      chat.agent = name;
    } else if (/queued|left|transferred/.test(kind)) {
      chat.phase = 'queued';
      chat.agent = '';
    } else if (kind == 'closed') {
      chat.phase = kind;
      chat.agent = '';
      wishes.delete('end');
    }
  }

  /** Messages acknowledged once that a restored gateway no longer has are sent again under their old ids. */
  function resendMissing() {
    for (const item of missing.splice(0)) {
      if (chat.events.some(({ mid }) => mid == item.mid)) continue;
      keepUnsent(item);
      chat.outbox.push(item);
    }
  }

  function showTyping({ on, name }: Frame) {
    const shown = chat.typist = on ? name || chat.agent : '';
    setTimeout(() => {
      if (chat.typist == shown) chat.typist = '';
      ears.changed();
    }, TYPING_SHOWN_MS);
  }

  function refused({ mid, code, retry_after_ms: later, for: wish }: Frame) {
    if (later || /busy|slow_down/.test(code)) {
      landed();
      clearTimeout(paused);
      paused = setTimeout(() => {
        paused = 0;
        sendWishes();
      }, later || 1000);
      return;
    }
    wishes.delete(wish);
    const item = chat.outbox.find((one) => one.mid == mid);
    if (!item) return;
    unload(mid);
    settle(mid);
    if (item.text) ears.refused(item.text);
  }

  watchOtherTabs((key) => {
    if (key == 'token' && recall(key) != token) becomeStranger();
    if (key == 'chat' && +recall(key)! > number) link.again();
  });
  return chat;
}
