/** Scenarios that a person keeps in this browser; they leave it only as a simulation that is run. */
import { type Custom, readCustom } from "./custom_scenario.ts";

const KEY = "tidegate.scenarios";
const SAVED_MAX = 30;
const NAME_CHARS_MAX = 80;

export interface Saved {
  readonly name: string;
  readonly custom: Custom;
}

/** What can be read of what is kept; anything else is left out. */
export function readSaved(text: string | null): readonly Saved[] {
  const list = parse(text);
  if (!Array.isArray(list)) return [];
  return list.slice(0, SAVED_MAX).flatMap((item: unknown) => {
    const { name, custom } = (item ?? {}) as { readonly name?: unknown; readonly custom?: unknown };
    const read = readCustom(custom);
    return typeof name === "string" && name !== "" && read !== null ? [{ name, custom: read }] : [];
  });
}

/** The newest first; a name is kept once. */
export function withSaved(list: readonly Saved[], name: string, custom: Custom): readonly Saved[] {
  const short = name.trim().slice(0, NAME_CHARS_MAX);
  return [{ name: short, custom }, ...list.filter((item) => item.name !== short)].slice(0, SAVED_MAX);
}

export const savedStore = {
  read: (): readonly Saved[] => readSaved(localStorage.getItem(KEY)),
  write: (list: readonly Saved[]): void => localStorage.setItem(KEY, JSON.stringify(list)),
};

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "[]");
  } catch {
    return null;
  }
}
