/** The keyboard. No single key ever approves, signs or sends anything. */
import { useEffect, useRef } from "react";
import { PLACES } from "./places.ts";

const CHORD_MS = 1_500;
const OFF_KEY = "tidegate.shortcuts_off";

export interface ShortcutActions {
  go(path: string): void;
  help(): void;
  freeze(): void;
  toggleLive(): void;
  menu(): void;
}

/** Shortcuts can be turned off on this machine: single keys get in the way of speech input. */
export const shortcutsSetting = {
  enabled: (): boolean => localStorage.getItem(OFF_KEY) === null,
  set: (enabled: boolean): void => (enabled ? localStorage.removeItem(OFF_KEY) : localStorage.setItem(OFF_KEY, "1")),
};

/** What a key press means; null when it means nothing here. */
export type Meaning =
  | { readonly kind: "chord" }
  | { readonly kind: "go"; readonly path: string }
  | { readonly kind: "step"; readonly by: 1 | -1 }
  | { readonly kind: "filter" | "export" | "help" | "freeze" | "live" };

/**
 * @example meaningOf("t", true) // { kind: "go", path: "/transfers" }
 * @example meaningOf("F", false) // { kind: "freeze" }: Shift and F
 */
export function meaningOf(key: string, afterG: boolean): Meaning | null {
  if (afterG) {
    const place = PLACES.find((candidate) => candidate.key === key);
    return place ? { kind: "go", path: place.path } : null;
  }
  switch (key) {
    case "g":
      return { kind: "chord" };
    case "j":
      return { kind: "step", by: 1 };
    case "k":
      return { kind: "step", by: -1 };
    case "/":
      return { kind: "filter" };
    case "e":
      return { kind: "export" };
    case "?":
      return { kind: "help" };
    case "F":
      return { kind: "freeze" };
    case ".":
      return { kind: "live" };
    default:
      return null;
  }
}

export function useShortcuts(actions: ShortcutActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (!shortcutsSetting.enabled() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      const meaning = meaningOf(event.key, performance.now() < chordUntil);
      chordUntil = meaning?.kind === "chord" ? performance.now() + CHORD_MS : 0;
      if (!meaning || meaning.kind === "chord") return;
      if (document.querySelector("dialog[open]") && meaning.kind !== "freeze") return;
      event.preventDefault();
      perform(meaning, latest.current);
    };
    const onMenuKey = (event: KeyboardEvent): void => {
      if (!isMenuKey(event)) return;
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) latest.current.menu();
    };
    document.addEventListener("keydown", onKey);
    document.addEventListener("keydown", onMenuKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("keydown", onMenuKey);
    };
  }, []);
}

/** Ctrl-K or Cmd-K. A modifier is no single key: it works while a person types, and when single keys are off. */
function isMenuKey(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
}

function perform(meaning: Meaning, actions: ShortcutActions): void {
  switch (meaning.kind) {
    case "go":
      actions.go(meaning.path);
      break;
    case "step":
      step(meaning.by);
      break;
    case "filter":
      document.querySelector<HTMLElement>("[data-filter]")?.focus();
      break;
    case "export":
      document.querySelector<HTMLElement>("[data-export]")?.focus();
      break;
    case "help":
      actions.help();
      break;
    case "freeze":
      actions.freeze();
      break;
    case "live":
      actions.toggleLive();
      break;
    case "chord":
      break;
  }
}

function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const now = rows.indexOf(document.activeElement as HTMLElement);
  const next = now === -1 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + by));
  rows[next]?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
  );
}
