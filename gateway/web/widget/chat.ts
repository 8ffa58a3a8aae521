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
  event_(event: ChatEvent, replay: boolean): void;
  /** The transcript begins anew, empty. */
  cleared_(): void;
  /** Anything else changed. */
  changed_(): void;
  /** A message was refused for good ('': the wish for a person, of a visitor who is kept out); its text goes back to the visitor. */
  refused_(text: string, code: string): void;
  /** The members of the first frame that the page decides. */
  introduction_(): Record<string, unknown>;
}

const ACK_MS = 10_000;
const EVENT_MS = 2_000;
/** Wishes that name their chat are kept over a closed tab. */
const KEPT = ['rate', 'followup', 'end'];
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
  for (const kind of KEPT) {
    const kept = recall('wish.' + kind);
    if (kept) wishes.set(kind, JSON.parse(kept));
  }
  let missing: Unsent[] = [];
  let flight: string | undefined;
  let ackTimer: Timer;
  let paused: Timer | 0 = 0;
  let typingTimer: Timer;
  let typedAt = 0;
  let toldSeen = 0;

  const link = openLink(url, {
    hello_: () => ({ type: 'hello', token: token ?? undefined, chat: number || undefined, after: last, at: chat.events_.at(-1)?.at, ...ears.introduction_() }),
    heard_: heard,
    lost_() {
      landed();
      chat.typist_ = '';
      ears.changed_();
    },
  });

  const chat = {
    link_: link,
    events_: [] as ChatEvent[],
    outbox_: unsent(),
    phase_: '' as Phase,
    agent_: '',
    typist_: '',
    place_: 0,
    /** Questions after a chat: 2 score and text, 1 score, 0 none. */
    ask_: 2,
    /** The closed chat to ask about, 0 = none. */
    followup_: 0,
    wait_: undefined as { low: number; high: number } | undefined,
    seenByAgent_: 0,
    /** Whether the shop is open and somebody there, once the gateway has told: open, staffed, until, opens. */
    site_: undefined as Frame | undefined,

    /** Nothing is going on that would need a connection while the panel is closed. */
    idle_: () => !chat.outbox_.length && !wishes.size && (!chat.phase_ || chat.phase_ == 'closed'),
    waiting_: () => /queued|offered/.test(chat.phase_) || chat.outbox_.some(({ text }) => text === undefined),
    /** A wish of this kind is not answered yet. */
    pending_: (kind: string) => wishes.has(kind),
    say_(text: string) {
      stopTyping();
      post(text);
    },
    askForPerson_() {
      if (!chat.waiting_()) post();
    },
    /** Sent now and again after each reconnect until the gateway answers: rate, helped, end, profile. */
    tell_(frame: Frame) {
      if (frame.type == 'profile') frame = { ...wishes.get('profile'), ...frame };
      if (frame.chat) remember('wish.' + frame.type, JSON.stringify(frame));
      wishes.set(frame.type, frame);
      link.send_(frame);
    },
    /** The draft while it is written, at most once a second; off after three silent seconds. */
    typed_(draft: string) {
      clearTimeout(typingTimer);
      if (!draft) return stopTyping();
      typingTimer = setTimeout(stopTyping, TYPING_OFF_MS);
      if (Date.now() - typedAt < TYPING_GAP_MS) return;
      typedAt = Date.now();
      link.send_({ type: 'typing', on: true, draft: draft.slice(0, LONGEST_DRAFT) });
    },
    /** The visitor looks at the transcript. */
    seen_() {
      const newest = chat.events_.at(-1)?.seq ?? 0;
      if (newest > toldSeen && link.send_({ type: 'seen', seq: newest })) toldSeen = newest;
    },
    /** Puts a closed chat away; the next message opens a new one. */
    fresh_() {
      chat.phase_ = '';
      empty();
      ears.changed_();
    },
    /** Forgets the visitor: for shops whose customer logs out. */
    reset_() {
      for (const { mid } of unsent()) remember('out.' + mid);
      for (const key of ['token', 'chat', 'draft', 'contact', 'wanted', ...KEPT.map((kind) => 'wish.' + kind)]) remember(key);
      becomeStranger();
    },
  };

  function becomeStranger() {
    token = recall('token');
    chat.outbox_ = [];
    wishes.clear();
    startOver(0);
    link.again_();
  }

  function empty() {
    chat.agent_ = chat.typist_ = '';
    chat.events_ = [];
    ears.cleared_();
  }

  function startOver(chatNumber: number) {
    number = chatNumber;
    last = toldSeen = chat.seenByAgent_ = chat.place_ = chat.followup_ = 0;
    chat.phase_ = number ? 'auto' : '';
    if (number) remember('chat', '' + number);
    empty();
  }

  // On its way out -----------------------------------------------------------------------------------------------------

  /** Without a text it is the wish to talk to a person. */
  function post(text?: string) {
    const item = { mid: newMid(), at: Math.max(Date.now(), (chat.outbox_.at(-1)?.at ?? 0) + 1), text };
    keepUnsent(item);
    chat.outbox_.push(item);
    ears.changed_();
    flush();
  }

  /** One message at a time, so that the order written is the order stored. */
  function flush() {
    const item = chat.outbox_.find(({ acked }) => !acked);
    if (!item || flight || paused || !link.up_) return;
    const { mid, text } = item;
    flight = mid;
    ackTimer = setTimeout(() => (landed(), flush(), link.doubt_()), ACK_MS);
    link.send_({ type: text === undefined ? 'human' : 'say', mid, text });
  }

  function landed() {
    clearTimeout(ackTimer);
    flight = undefined;
  }

  function unload(mid: string) {
    chat.outbox_ = chat.outbox_.filter((item) => item.mid != mid);
  }

  /** The gateway answered for this message: it is not ours to send any more. */
  function settle(mid: string) {
    remember('out.' + mid);
    if (flight == mid) landed();
    flush();
  }

  function acked({ mid, chat: now, seq }: Frame) {
    if (now > number) startOver(now);
    const item = chat.outbox_.find((one) => one.mid == mid);
    if (item) item.acked = true;
    if (item && (item.text === undefined || now < number || seq <= last)) unload(mid);
    setTimeout(() => number == now && last < seq && link.again_(), EVENT_MS);
    chat.phase_ ||= 'auto';
    settle(mid);
  }

  /** What other tabs and earlier visits left unsent goes out too; the gateway drops what it already has. */
  function mergeOutbox() {
    const ours = new Set(chat.outbox_.map(({ mid }) => mid));
    chat.outbox_ = [...chat.outbox_, ...unsent().filter(({ mid }) => !ours.has(mid))].sort((a, b) => a.at - b.at);
  }

  function granted(kind: string) {
    wishes.delete(kind);
    remember('wish.' + kind);
  }

  function sendWishes() {
    for (const wish of wishes.values()) link.send_(wish);
    flush();
  }

  function stopTyping() {
    clearTimeout(typingTimer);
    if (typedAt) link.send_({ type: 'typing', on: false });
    typedAt = 0;
  }

  // What comes in ------------------------------------------------------------------------------------------------------

  function heard(frame: Frame) {
    switch (frame.type) {
      case 'welcome': welcome(frame); break;
      case 'event': take(frame as ChatEvent, frame.seq <= head); break;
      case 'ack': acked(frame); break;
      case 'queue': chat.place_ = frame.place; chat.wait_ = frame.wait_s; break;
      case 'site': chat.site_ = frame; break;
      case 'typing': showTyping(frame); break;
      case 'seen': chat.seenByAgent_ = Math.max(chat.seenByAgent_, frame.seq); break;
      case 'ok': granted(frame.for); break;
      case 'followup': chat.followup_ = frame.chat == number ? number : 0; break;
      case 'error': refused(frame); break;
    }
    ears.changed_();
  }

  function welcome(frame: Frame) {
    const { token: given, chat: now = 0, head: newest = 0, events = [], phase, agent, place, wait_s: wait, seen } = frame;
    const stored = recall('token');
    if (stored && stored != token) { // another tab was first
      token = stored;
      return link.again_();
    }
    if (given != stored) remember('token', given);
    token = given;
    head = newest;
    chat.site_ = frame;
    // Another chat than ours, a shorter one or told anew (a store that lost something): it is read from its beginning.
    if (now != number || head < last || last && events[0]?.seq == 1) {
      const known = last;
      if (now == number) missing = chat.events_.filter(({ from }) => from == 'visitor').map(({ mid, at, text }) => ({ mid, at, text }));
      startOver(now);
      if (known && now && events[0]?.seq != 1) return link.again_();
    }
    for (const event of events) {
      take(event, true);
      if (!link.up_) return;
    }
    chat.phase_ = phase ?? chat.phase_;
    chat.agent_ = agent?.name ?? '';
    chat.place_ = place ?? 0;
    chat.wait_ = wait;
    chat.seenByAgent_ = seen ?? chat.seenByAgent_;
    if (last >= head) link.progress_();
    const end = chat.events_.at(-1);
    chat.ask_ = frame.rating ?? 2;
    chat.followup_ = frame.followup ?? 0;
    // A chat long closed is put away, unless its visitor is to be asked about it.
    if (phase == 'closed' && !chat.followup_ && !(end && Date.now() - end.at < OLD_CHAT_MS)) chat.fresh_();
    mergeOutbox();
    sendWishes();
  }

  function take(event: ChatEvent, replay: boolean) {
    const { chat: now, seq, mid } = event;
    if (now > number) startOver(now);
    if (now < number || seq <= last) return;
    if (seq > last + 1) return link.again_();
    last = seq;
    if (!replay) link.progress_();
    chat.events_.push(event);
    follow(event);
    ears.event_(event, replay);
    if (mid) {
      unload(mid);
      settle(mid);
    }
    if (missing.length && last >= head) resendMissing();
  }

  /** Who is there and in which phase, derived from the transcript. */
  function follow({ kind, from, name }: ChatEvent) {
    if (kind == 'message' && from != 'agent') return;
    chat.typist_ = '';
    if (kind == 'joined') {
      chat.phase_ = 'active';
      chat.agent_ = name;
    } else if (/queued|left|transferred/.test(kind)) {
      chat.phase_ = 'queued';
      chat.agent_ = '';
    } else if (kind == 'followup') {
      chat.followup_ = 0;
    } else if (kind == 'closed') {
      chat.phase_ = kind;
      chat.agent_ = '';
      granted('end');
    }
  }

  /** Messages acknowledged once that a restored gateway no longer has are sent again under their old ids. */
  function resendMissing() {
    for (const item of missing.splice(0)) {
      if (chat.events_.some(({ mid }) => mid == item.mid)) continue;
      keepUnsent(item);
      chat.outbox_.push(item);
    }
  }

  function showTyping({ on, name }: Frame) {
    const shown = chat.typist_ = on ? name || chat.agent_ : '';
    setTimeout(() => {
      if (chat.typist_ == shown) chat.typist_ = '';
      ears.changed_();
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
    granted(wish);
    if (wish == 'followup') chat.followup_ = 0;
    const item = chat.outbox_.find((one) => one.mid == mid);
    if (!item) return;
    unload(mid);
    settle(mid);
    if (item.text || code == 'blocked') ears.refused_(item.text ?? '', code);
  }

  watchOtherTabs((key) => {
    if (key == 'token' && recall(key) != token) becomeStranger();
    if (key == 'chat' && +recall(key)! > number) link.again_();
  });
  return chat;
}
