/* The shapes the dashboard speaks of: the gateway's agent frames, and the state drawn from them. */

/** One entry of a chat's transcript, numbered without holes. Members beside the first five depend on `kind`. */
export interface ChatEvent {
  type: 'event';
  chat: number;
  seq: number;
  at: number;
  kind: string;
  from?: string | { agent?: string; queue?: string; name?: string };
  name?: string;
  agent?: string;
  text?: string;
  mid?: string;
  faq?: string;
  title?: string;
  link?: string;
  lang?: string;
  ok?: boolean;
  queue?: string;
  reason?: string;
  from_name?: string;
  to?: { agent?: string; queue?: string; name?: string };
  code?: string;
  params?: Record<string, unknown>;
  due?: number;
  promise?: number;
  tz?: string;
  late?: boolean;
  score?: number;
  by?: string;
  outcome?: string;
}

export interface Note {
  at: number;
  agent: string;
  name: string;
  text: string;
  mid: string;
}

/** Something promised to a visitor; kept_at 0 is open. In lists it names its chat and visitor. */
export interface Promised {
  chat?: number;
  visitor?: string;
  promise: number;
  text: string;
  due: number;
  agent: string;
  name: string;
  at: number;
  kept_at: number;
  overdue: boolean;
}

export interface EarlierChat {
  chat: number;
  opened: number;
  closed_at: number;
  outcome: string;
  category: string;
  agent: string;
  score: number | null;
}

export interface Visitor {
  id: string;
  name?: string;
  email?: string;
  phone?: string;
  account?: string;
  wish?: string;
  attrs?: Record<string, unknown>;
  lang?: string;
  page?: { url?: string; title?: string; referrer?: string } | null;
  /** Gone through in this chat, the newest last; `at` in ms. */
  pages?: { url: string; title: string; at: number }[];
  verified?: boolean;
  earlier?: EarlierChat[];
}

export interface Tried {
  faq: string;
  title: string;
  ok: boolean | null;
}

export interface Transfer {
  from: string;
  to: string;
  reason: string;
  at: number;
}

/** Everything the visitor already said and did. */
export interface Handover {
  chat: number;
  phase: string;
  queue: string;
  lang: string;
  reason: string;
  waited_s: number;
  waiting_since: number;
  opened: number;
  head: number;
  v_seen: number;
  a_seen: number;
  /** Seq of the first event in `transcript`; earlier ones are had from the export. */
  first?: number;
  transcript: ChatEvent[];
  visitor: Visitor;
  tried: Tried[];
  transfers: Transfer[];
  notes: Note[];
  promises?: Promised[];
  /** Was it really solved? asked, yes, no. */
  followup?: string;
  /** Where the visitor writes from, by a bridge: mail. */
  channel?: string;
}

export interface QueueItem {
  chat: number;
  name: string;
  lang: string;
  queue: string;
  phase: string;
  waiting_since: number;
  reason: string;
  offered_to: string | null;
  preview: string;
}

export interface AgentItem {
  id: string;
  name: string;
  state: string;
  load: number;
  capacity: number;
  langs: string[];
  queues: string[];
  supervisor: boolean;
}

export interface OfferFrame {
  chat: number;
  deadline: number;
  left_ms: number;
  handover: Handover;
}

export interface Welcome {
  type: 'welcome';
  heartbeat_s: number;
  now: number;
  agent: AgentItem;
  site?: { id?: string; name?: string; accent?: string; tz?: string; ask_record?: boolean };
  chats: Handover[];
  offers: OfferFrame[];
  queue: QueueItem[];
  /** How many wait in all; `queue` is cut. */
  waiting?: number;
  alerts?: Alert[];
  promises?: Promised[];
  overdue?: Promised[];
  agents: AgentItem[];
  categories: string[];
  queues: string[];
}

/** A chat a supervisor should look at, until it is closed: `transfers` = handed on `n` times. */
export interface Alert {
  code: string;
  chat: number;
  name: string;
  n: number;
  at: number;
}

/** A frame from the gateway after JSON.parse; the reader checks what it needs. */
export type Frame = { type: string } & Record<string, unknown>;

/** `watched`: another agent's, followed by a supervisor. */
export type ChatRole = 'offered' | 'mine' | 'watched' | 'gone';

/** A chat this agent has before them. */
export interface Chat extends Handover {
  role: ChatRole;
  /** It was ours, not only offered. */
  owned: boolean;
  /** Why it is no longer ours, when role is `gone`. */
  goneReason: string;
  /** Newest seq this agent has looked at. */
  read: number;
  unread: number;
  typing: { draft: string; until: number } | null;
}

export interface Offer {
  chat: number;
  /** This machine's clock, ms. */
  deadline: number;
  total: number;
}

/** `waiting`: not acknowledged; `acked`: durable, its event has not come yet; `refused`: will never be sent. */
export interface Pending {
  mid: string;
  chat: number;
  kind: 'say' | 'note';
  text: string;
  at: number;
  state: 'waiting' | 'acked' | 'refused';
  /** Of its event, once acknowledged. */
  seq?: number;
  code: string;
}

export interface Link {
  state: 'connecting' | 'open' | 'waiting';
  /** This machine's clock, ms; when `waiting`. */
  retryAt: number;
  /** Tries since the last welcome. */
  attempt: number;
}

export interface State {
  link: Link;
  welcomed: boolean;
  heartbeatS: number;
  /** Gateway's clock minus this machine's, ms. */
  offset: number;
  me: AgentItem | null;
  shop: string;
  categories: string[];
  queues: string[];
  queue: QueueItem[];
  waitingTotal: number;
  alerts: Alert[];
  /** Ours that are open, soonest first. */
  promises: Promised[];
  /** Anybody's whose time went by. */
  overdue: Promised[];
  /** Reminders nobody has looked at yet. */
  dues: Promised[];
  /** The shop's zone, "" = this machine's. */
  zone: string;
  /** Closing needs an outcome and a category. */
  askRecord: boolean;
  agents: AgentItem[];
  chats: Readonly<Record<number, Chat>>;
  offers: Offer[];
  selected: number | null;
  /** The chat being read right now (selected and the page is visible): its messages are not unread. */
  attending: number | null;
  outbox: Pending[];
  /** Set when an event skipped a seq: the connection must be made anew. */
  hole: boolean;
  /** The gateway's store takes what is written. */
  storeTakes: boolean;
}

export type Action =
  | { do: 'frame'; frame: Frame; now: number }
  | { do: 'link'; link: Link }
  | { do: 'select'; chat: number | null }
  | { do: 'attend'; chat: number | null }
  | { do: 'compose'; pending: Pending }
  | { do: 'watched'; handover: Handover }
  | { do: 'unwatched'; chat: number }
  | { do: 'unsend'; mid: string }
  | { do: 'refuse'; mid: string; code: string }
  | { do: 'restore'; pending: Pending[] }
  | { do: 'earlier'; chat: number; events: ChatEvent[] }
  | { do: 'away'; agent: Partial<AgentItem> }
  | { do: 'tick'; now: number }
  | { do: 'due-seen'; promise: Promised }
  | { do: 'leave' };
