/** Wallets that are not read as they should be. Many at one venue have one cause, and are one line. */
import type { Exception, Wallet } from "../schemas/index.ts";

/** From so many wallets of one venue on they are told together. */
const TOGETHER_MIN = 3;
/** Labels that such a line names. */
const NAMED_MAX = 3;

/** @returns one exception for each wallet, or one for all of a venue with the same failing and the same consequence */
export function walletExceptions(wallets: readonly Wallet[]): Exception[] {
  const groups = Map.groupBy(wallets.filter(isUnread), (wallet) =>
    JSON.stringify([wallet.venue, codeOf(wallet), wallet.side === "reserve", wallet.error]),
  );
  return [...groups.values()].flatMap((group) => (group.length < TOGETHER_MIN ? group.map(one) : [together(group)]));
}

function isUnread({ freshness, error }: Wallet): boolean {
  return freshness !== "fresh" || error !== null;
}

function codeOf({ error, freshness }: Wallet): "venue_error" | "stale_balance" | "unknown_balance" {
  if (error !== null) return "venue_error";
  return freshness === "stale" ? "stale_balance" : "unknown_balance";
}

function consequenceOf({ side }: Wallet): string {
  return side === "reserve" ? "custody does not pay out" : "nothing moves";
}

function one(wallet: Wallet): Exception {
  const { id, label, freshness, as_of } = wallet;
  const consequence = `${consequenceOf(wallet)} on it`;
  const what =
    freshness === "unknown"
      ? `${label} has never been read; ${consequence}.`
      : `${label} was last read at ${as_of ?? "an unknown time"}; ${consequence} when it is stale.`;
  return { code: codeOf(wallet), severity: "normal", ref: id, sentence: what + whyOf(wallet), since: as_of };
}

function together(group: readonly Wallet[]): Exception {
  const [first] = group as [Wallet, ...Wallet[]];
  const oldest = group.reduce((old, wallet) => ((wallet.as_of ?? "") < (old.as_of ?? "") ? wallet : old), first);
  const rest = group.length - NAMED_MAX;
  const names = group.slice(0, NAMED_MAX).map(({ label }) => label);
  const named = rest > 0 ? `${names.join(", ")} and ${rest} more` : names.join(", ");
  const how =
    oldest.as_of === null
      ? "have never been read, or not all of them"
      : `were not read in time, the oldest at ${oldest.as_of}`;
  const sentence = `${group.length} wallets at ${first.venue} ${how}: ${named}. ${capital(consequenceOf(first))} on them while they are stale.`;
  return {
    ...{ code: codeOf(first), severity: "normal", ref: oldest.id, sentence: sentence + whyOf(first) },
    since: oldest.as_of,
  };
}

function whyOf({ error }: Wallet): string {
  return error === null ? "" : ` ${error}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
