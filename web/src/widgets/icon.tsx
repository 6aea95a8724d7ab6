/** Icons drawn here: 16 px grid, one stroke. Always beside a word or under a label, so hidden from readers. */
import type { ReactNode } from "react";

const PATHS = {
  overview: "M2.5 10.5a5.5 5.5 0 0 1 11 0M8 10.5l2.6-3M2.5 13.5h11",
  decisions: "M8 2.5v3.5M8 6 4 10M8 6l4 4M2.5 10h3v3.5h-3zM10.5 10h3v3.5h-3z",
  transfers: "M2.5 5.5h10m-2.5-3 2.5 3-2.5 3M13.5 10.5h-10m2.5-3-2.5 3 2.5 3",
  approvals: "M8 1.8 13 3.7v4c0 3-2 5.3-5 6.5-3-1.2-5-3.5-5-6.5v-4zM5.7 8l1.7 1.7L10.5 6.4",
  wallets: "M2.5 5h10.5v8.5H2.5zM2.5 5l8-2.7V5M10.5 9.2h.1",
  books: "M8 4v9.5M8 4C6.5 2.7 4.5 2.5 2 2.5v9.5c2.5 0 4.5.2 6 1.5 1.5-1.3 3.5-1.5 6-1.5V2.5c-2.5 0-4.5.2-6 1.5z",
  venues: "M2 6.5 8 2.5l6 4V7H2zM3.5 7v5M6.5 7v5M9.5 7v5M12.5 7v5M2 13.5h12",
  credit: "M2.5 3.5h11v4h-11zM5 7.5v5M11 7.5v5M2.5 12.5h11M8 5.5h.1",
  simulate: "M6 2h4M6.8 2v4L3 12.5c-.4.8 0 1.5 1 1.5h8c1 0 1.4-.7 1-1.5L9.2 6V2M4.8 9.8h6.4",
  audit: "M3.5 2h6l3 3v9h-9zM9.5 2v3h3M5.5 8h5M5.5 10.8h5",
  ok: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM5.4 8.2l1.8 1.8 3.4-3.8",
  watch: "M8 2.5 14.3 13.5H1.7zM8 6.7v3M8 11.6v.1",
  breach: "M2.8 2.8h10.4v10.4H2.8zM5.8 5.8l4.4 4.4M10.2 5.8 5.8 10.2",
  stale: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.5",
  unknown: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.3 6.3c.2-2.3 3.6-2.1 3.5.1-.1 1.3-1.7 1.3-1.8 2.7M8 11.3v.1",
  frozen: "M8 1.5v13M2.4 4.7l11.2 6.6M13.6 4.7 2.4 11.3M6.3 2.5 8 4.2l1.7-1.7M6.3 13.5 8 11.8l1.7 1.7",
  observe:
    "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z",
  advise: "M5.8 11.5c0-1.7-1.8-2.3-1.8-5a4 4 0 0 1 8 0c0 2.7-1.8 3.3-1.8 5zM6.3 14h3.4",
  auto: "M13.5 8a5.5 5.5 0 0 1-10 3.2M2.5 8a5.5 5.5 0 0 1 10-3.2M12.8 2v3h-3M3.2 14v-3h3",
  wait: "M4.5 2h7M4.5 14h7M5.5 2v2.5L8 8l2.5-3.5V2M5.5 14v-2.5L8 8l2.5 3.5V14",
  blocked: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM3.9 3.9l8.2 8.2",
  arrow: "M2.5 8h11M9.5 4l4 4-4 4",
  down: "M8 2.5v11M4 9.5l4 4 4-4",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.6 10.6 14 14",
  download: "M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
  keyboard: "M1.5 4h13v8.5h-13zM4 6.5h.1M6.7 6.5h.1M9.3 6.5h.1M12 6.5h.1M4.5 10h7",
  sun: "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9",
  moon: "M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7z",
  system: "M2 3h12v8H2zM5.5 13.8h5M8 11v2.8",
  live: "M8 9.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM4.8 4.8a4.5 4.5 0 0 0 0 6.4M11.2 4.8a4.5 4.5 0 0 1 0 6.4M2.7 2.7a7.5 7.5 0 0 0 0 10.6M13.3 2.7a7.5 7.5 0 0 1 0 10.6",
  paused: "M5.5 3v10M10.5 3v10",
  poll: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8H5.2",
  person: "M8 8.3A2.9 2.9 0 1 0 8 2.5a2.9 2.9 0 0 0 0 5.8zM2.8 14c.3-2.5 2.3-4 5.2-4s4.9 1.5 5.2 4",
  key: "M5.5 13.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM7.7 8.3l5.8-5.8M11 5l2 2",
  copy: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
  link: "M6.8 9.2 9.2 6.8M7.2 4.8l1.9-1.9a2.8 2.8 0 0 1 4 4l-1.9 1.9M8.8 11.2l-1.9 1.9a2.8 2.8 0 0 1-4-4l1.9-1.9",
  dot: "M8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z",
  plus: "M8 3v10M3 8h10",
} as const;

export type IconName = keyof typeof PATHS;

interface Props {
  readonly name: IconName;
  readonly size?: number;
  readonly className?: string;
}

export function Icon({ name, size = 14, className = "" }: Props): ReactNode {
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={`shrink-0 ${className}`}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
