/** The widget's words in one language; `{name}` marks what is filled in. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export interface Words {
  /** Tags for Intl, best first. */
  locale_: string[];
  rtl_?: true;
  openChat_: string; hideChat_: string; closeChat_: string;
  unread_: Forms;
  hello_: string; intro_: string; top_: string; search_: string;
  more_: string; newTab_: string;
  away_: string; open_: string; shut_: string; until_: string; opens_: string;
  connecting_: string; offline_: string;
  you_: string; talk_: string; write_: string; send_: string; person_: string; asked_: string;
  left_: Forms; tooLong_: Forms;
  auto_: string; helpful_: string; yes_: string; glad_: string; notHelped_: string;
  typing_: string; sending_: string; sent_: string; seen_: string; notYet_: string; refused_: string; blocked_: string;
  again_: string; menu_: string; back_: string; newest_: string;
}

/** Words that are wanted once a chat has begun, or for search and menu: fetched with later.ts. */
export interface More {
  found_: Forms; nothing_: string;
  /** By reason; `asked` also stands for those not listed. */
  queued_: Record<string, string>;
  closedUntil_: string;
  place_: string; wait_: string; under_: string;
  waiting_: string; longer_: string; sorry_: Forms; busy_: string; nobody_: string;
  /** {lang} is the visitor's language, {others} those spoken by who is there. */
  tongue_: string;
  reading_: string;
  voucher_: string; copy_: string; copied_: string;
  /** Somebody is writing, and nobody is there any more. */
  kept_: string;
  reach_: string; reachField_: string; reachSend_: string; reachBad_: string; reachSaved_: string;
  /** What a visitor who waits may want, by the names in the setting ask_wishes. */
  wish_: string; wished_: string; wishes_: Record<string, string>;
  joined_: string; gone_: string; lost_: string; transferred_: string; ended_: string; closed_: string;
  /** Of promises: {name}, {text}, {time}. */
  promised_: string; done_: string;
  /** A day after a complaint: the question, its answers, what is said to each. */
  really_: string; itIs_: string; itIsNot_: string; solved_: string; reopened_: string;
  rate_: string; score_: string; better_: string; sendRating_: string; thanks_: string;
  language_: string; sound_: string; answers_: string; end_: string; endSure_: string; keep_: string;
}

export type Fill = Record<string, string | number>;

/** What turns words into sentences: placeholders, plurals, numbers and dates of one language. */
export function speech(words: Words) {
  const numbers = new Intl.NumberFormat(words.locale_);
  const cardinal = new Intl.PluralRules(words.locale_);
  const time: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
  const clock = new Intl.DateTimeFormat(words.locale_, time);
  const moment = new Intl.DateTimeFormat(words.locale_, { ...time, weekday: 'short', day: 'numeric', month: 'short' });
  const fill = (text: string, values: Fill) =>
    text.replace(/\{(\w+)\}/g, (_, key: string) => {
      const value = values[key];
      return typeof value == 'number' ? numbers.format(value) : value ?? '';
    });
  return {
    locale_: words.locale_,
    fill_: fill,
    many_: (forms: Forms, n: number) => fill(forms[cardinal.select(n)] ?? forms.other, { n }),
    time_: (at: number) => clock.format(at),
    /** The time today, with the date on other days. */
    when_: (at: number) => (new Date(at).toDateString() == new Date().toDateString() ? clock : moment).format(at),
  };
}
export type Speech = ReturnType<typeof speech>;
