/** The places, at the left; at the bottom of a narrow screen. */
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { Segments } from "../widgets/button.tsx";
import { Icon } from "../widgets/icon.tsx";
import { setTheme, type ThemeChoice, useTheme } from "../widgets/theme.ts";
import { isAt, PLACES } from "./places.ts";

interface Props {
  readonly name: string;
  /** Waiting approvals; drawn on their place. */
  readonly waiting: number;
  onHelp(): void;
  onMenu(): void;
}

export function Rail({ name, waiting, onHelp, onMenu }: Props): ReactNode {
  const [location] = useLocation();
  return (
    <aside className="z-30 flex bg-rail text-rail-ink max-md:fixed max-md:inset-x-0 max-md:bottom-0 md:sticky md:top-0 md:h-screen md:w-44 md:shrink-0 md:flex-col">
      <div className="hidden items-center gap-2 px-3 pt-3 pb-4 md:flex">
        <Mark />
        <div className="min-w-0">
          <div className="font-semibold tracking-tight text-white">Tidegate</div>
          <div className="truncate text-2xs text-rail-ink" title={name}>
            {name}
          </div>
        </div>
      </div>
      <nav aria-label="Screens" className="flex flex-1 md:flex-col md:gap-0.5 md:px-2">
        {PLACES.map((place) => (
          <Link
            key={place.path}
            href={place.path}
            aria-current={isAt(place, location) ? "page" : undefined}
            className={`group relative flex min-h-8 min-w-0 items-center gap-2.5 rounded px-2 hover:bg-rail-active hover:text-white focus-visible:outline-white max-md:flex-1 max-md:flex-col max-md:gap-0.5 max-md:px-0 max-md:py-1.5 ${isAt(place, location) ? "bg-rail-active font-medium text-white" : ""}`}
          >
            <Icon name={place.icon} size={16} />
            <span className="truncate max-md:w-full max-md:text-center max-md:text-[0.5625rem] max-md:leading-3 max-md:tracking-tight">
              {place.name}
            </span>
            {place.path === "/approvals" && waiting > 0 && <Count value={waiting} />}
            <span
              aria-hidden="true"
              className="ml-auto hidden font-mono text-2xs text-rail-ink opacity-0 group-hover:opacity-100 lg:block"
            >
              g {place.key}
            </span>
          </Link>
        ))}
      </nav>
      <div className="hidden flex-col gap-2 p-2 md:flex">
        <button
          type="button"
          onClick={onMenu}
          className="flex min-h-8 items-center gap-2.5 rounded px-2 hover:bg-rail-active hover:text-white focus-visible:outline-white"
        >
          <Icon name="search" size={16} />
          Find or do
          <span aria-hidden="true" className="ml-auto font-mono text-2xs">
            Ctrl K
          </span>
        </button>
        <button
          type="button"
          onClick={onHelp}
          className="flex min-h-8 items-center gap-2.5 rounded px-2 hover:bg-rail-active hover:text-white focus-visible:outline-white"
        >
          <Icon name="keyboard" size={16} />
          Keys
          <span aria-hidden="true" className="ml-auto font-mono text-2xs">
            ?
          </span>
        </button>
        <RailTheme />
      </div>
    </aside>
  );
}

function Count({ value }: { readonly value: number }): ReactNode {
  return (
    <span className="num grid h-4.5 min-w-4.5 place-items-center rounded-full bg-[#fdb022] px-1 text-2xs font-semibold text-[#1c1300] max-md:absolute max-md:top-0.5 max-md:right-1/4">
      {value}
      <span className="sr-only"> waiting</span>
    </span>
  );
}

const THEMES = [
  { value: "system", name: "Theme: as the system", icon: "system" },
  { value: "light", name: "Theme: light", icon: "sun" },
  { value: "dark", name: "Theme: dark", icon: "moon" },
] as const;

/** The same choice in the rail's own colours. */
function RailTheme(): ReactNode {
  const { choice } = useTheme();
  return (
    <fieldset className="grid grid-cols-3 gap-0.5 rounded-md border border-rail-active p-0.5">
      <legend className="sr-only">Theme</legend>
      {THEMES.map(({ value, name, icon }) => (
        <button
          key={value}
          type="button"
          aria-label={name}
          title={name}
          aria-pressed={choice === value}
          onClick={() => setTheme(value)}
          className={`grid min-h-6 place-items-center rounded hover:text-white focus-visible:outline-white ${choice === value ? "bg-rail-active text-white" : ""}`}
        >
          <Icon name={icon} />
        </button>
      ))}
    </fieldset>
  );
}

export function ThemeSwitch(): ReactNode {
  const { choice } = useTheme();
  return (
    <Segments<ThemeChoice>
      label="Theme"
      value={choice}
      onChange={setTheme}
      options={THEMES.map(({ value, name, icon }) => ({ value, name, text: <Icon name={icon} /> }))}
    />
  );
}

/** Two posts and the tide between them. */
function Mark(): ReactNode {
  return (
    <svg
      width={28}
      height={28}
      viewBox="0 0 32 32"
      aria-hidden="true"
      className="shrink-0"
      fill="none"
      strokeWidth={2.6}
      strokeLinecap="round"
    >
      <rect width={32} height={32} rx={7} fill="#0e3a4f" />
      <path d="M9 6v20M23 6v20" stroke="#7dd3e8" />
      <path d="M9 18c2.3-3 4.7-3 7 0s4.7 3 7 0" stroke="#ffffff" />
    </svg>
  );
}
