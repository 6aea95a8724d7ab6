/** What a wallet may do, and what people may do with it, in words. */
import type { Wallet } from "../../api/types.ts";
import type { Word } from "../../widgets/words.ts";

export const STANDINGS: Readonly<Record<Wallet["status"], Word>> = {
  requested: { word: "Requested", icon: "wait", tone: "plain" },
  creating: { word: "Creating", icon: "wait", tone: "plain" },
  created: { word: "Not activated", icon: "observe", tone: "info" },
  active: { word: "Active", icon: "ok", tone: "ok" },
  suspended: { word: "Suspended", icon: "paused", tone: "watch" },
  archiving: { word: "Closing", icon: "down", tone: "watch" },
  archived: { word: "Archived", icon: "blocked", tone: "plain" },
};

/** One sentence on what the state means for money. */
export const MEANINGS: Readonly<Record<Wallet["status"], string>> = {
  requested: "It is asked for, and not read yet.",
  creating: "Its venue is opening it; it is not read yet.",
  created: "It is read and compared with the books, and moves nothing before people activate it.",
  active: "It gives and takes.",
  suspended: "No new transfer in or out. What was sent is followed, what was approved waits.",
  archiving: "It only gives.",
  archived: "It is closed for good. It is still read: what arrives there pages people.",
};

export type WalletAction = Wallet["actions"][number];

/** `watch_only`: people move what is there, whatever the state says. */
export function meaningOf({ status, watch_only }: Pick<Wallet, "status" | "watch_only">): string {
  const only = "Only watched: people move what is there, and two of them enter its balance.";
  return watch_only ? `${only}${status === "active" ? "" : ` ${MEANINGS[status]}`}` : MEANINGS[status];
}

interface ActionWords {
  readonly title: string;
  readonly button: string;
  readonly hint: string;
}

export const ACTIONS: Readonly<Record<WalletAction, ActionWords>> = {
  enter_balance: {
    title: "Enter its balance",
    button: "Enter",
    hint: "Another person has to confirm it; then it is the wallet's balance, of the moment you say.",
  },
  suspend: {
    title: "Suspend it",
    button: "Suspend now",
    hint: "At once, and you alone. To let it go on takes two others.",
  },
  activate: { title: "Activate it", button: "Propose", hint: "At least two others have to sign." },
  archive: {
    title: "Archive it for good",
    button: "Propose",
    hint: "Only when it is empty, with nothing in flight; at least two others have to sign.",
  },
};

/** The instant that a field of the kind `datetime-local` says, read as UTC; null when it says none. @example utcOf("2026-12-01T08:00") */
export function utcOf(field: string): string | null {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(field) ? Date.parse(`${field}Z`) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** What such a field shows for an instant, in UTC. */
export function fieldOf(instant: string): string {
  return instant.slice(0, 16);
}
