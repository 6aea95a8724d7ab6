/** `system | light | dark`; the choice is kept on this machine only. */
import { useSyncExternalStore } from "react";

export type ThemeChoice = "system" | "light" | "dark";
const KEY = "tidegate.theme";
const CHOICES: readonly ThemeChoice[] = ["system", "light", "dark"];

const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function stored(): ThemeChoice {
  const value = localStorage.getItem(KEY);
  return CHOICES.find((choice) => choice === value) ?? "system";
}

/** Puts the stored choice on the page; called once before the first paint. */
export function applyTheme(): void {
  const choice = stored();
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

export function setTheme(choice: ThemeChoice): void {
  localStorage.setItem(KEY, choice);
  applyTheme();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  dark.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    dark.removeEventListener("change", listener);
  };
}

/** `resolved` is what is on the screen now; charts are drawn again when it changes. */
export function useTheme(): { choice: ThemeChoice; resolved: "light" | "dark" } {
  const key = useSyncExternalStore(subscribe, () => `${stored()} ${dark.matches}`);
  const [choice = "system", system] = key.split(" ") as [ThemeChoice, string];
  const resolved = choice === "system" ? (system === "true" ? "dark" : "light") : choice;
  return { choice, resolved };
}
