/* One family of icons: 16 px, drawn with lines in the text's colour. Always beside or under a name, so hidden from readers. */

const PATHS = {
  back: 'M10 3 5 8l5 5',
  info: 'M8 7.3v4M8 4.9v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  gear: 'M2.5 4.5h6M12 4.5h1.5M2.5 11.5H4M7.5 11.5h6M10.2 6.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4zM5.8 13.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4z',
  keys: 'M2 4.5h12v7H2zM4.5 7h.1M7 7h.1M9.5 7h.1M12 7h-.1M5 9.3h6',
  lock: 'M4 7.2h8v6H4zM5.7 7V5.2a2.3 2.3 0 0 1 4.6 0V7',
  check: 'm3.5 8.5 3 3 6-7',
  cross: 'm4 4 8 8M12 4l-8 8',
  transfer: 'M2.5 5.5h10M10 3l2.5 2.5L10 8M13.5 10.5h-10M6 8l-2.5 2.5L6 13',
  done: 'm5.4 8.3 1.9 1.9 3.4-4M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  robot: 'M3.5 6h9v6.5h-9zM8 6V3.5M8 3.4v.1M6.2 9h.1M9.8 9h-.1M1.8 8.5v2M14.2 8.5v2',
  verified: 'M8 1.8 13 4v3.7c0 3-2.1 5.4-5 6.5-2.9-1.1-5-3.5-5-6.5V4zM5.8 7.9l1.6 1.6 2.9-3.2',
  out: 'M6.5 3.5H3.5v9h9v-3M9 2.8h4.2V7M13 3 7.5 8.5',
  send: 'M2.5 8 13.5 3 10 13.5 7.6 9z',
  sound: 'M3 6.2h2.2L8 3.8v8.4L5.2 9.8H3zM10.2 6a3 3 0 0 1 0 4M12 4.4a5.2 5.2 0 0 1 0 7.2',
  mute: 'M3 6.2h2.2L8 3.8v8.4L5.2 9.8H3zM10.5 6.5l3 3M13.5 6.5l-3 3',
  chats: 'M2.5 3.5h11v7.5H7.2L4.5 13.3V11h-2zM5.2 6.3h5.6M5.2 8.5h3.4',
  live: 'M1.8 8.5h2.7l1.8-4.8 3 8.6 1.9-5.2.9 1.4h2.1',
  chart: 'M2.5 2.8v10.4h11M5.4 10.6V8M8.4 10.6V5M11.4 10.6V6.8',
  book: 'M2.5 3.5h4A1.5 1.5 0 0 1 8 5v8a1.2 1.2 0 0 0-1.2-1.2H2.5zM13.5 3.5h-4A1.5 1.5 0 0 0 8 5v8a1.2 1.2 0 0 1 1.2-1.2h4.3z',
  shop: 'M2.8 7v6.3h10.4V7M2 6.2 3.3 2.8h9.4L14 6.2c0 1.9-3 1.9-3 0 0 1.9-3 1.9-3 0 0 1.9-3 1.9-3 0 0 1.9-3 1.9-3 0zM6.6 13.3v-3h2.8v3',
  search: 'M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM10.8 10.8 14 14',
  promise: 'M8 4.2V8l2.4 1.6M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  people: 'M6 7.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6zM2 13c.2-2.2 1.8-3.6 4-3.6s3.8 1.4 4 3.6M10.6 3.2a2.2 2.2 0 0 1 0 4M11.6 9.6c1.4.4 2.3 1.6 2.4 3.4',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={name === 'back' ? 'icon flip' : 'icon'} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
