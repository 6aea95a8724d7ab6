/** What the demonstration asks the daemon, as any client of its API would. */
import { setTimeout as wait } from "node:timers/promises";
import { LocalChainError } from "./errors.ts";

const LOOK_MS = 250;
const REQUEST_LIMIT_MS = 10_000;
/** Longest wait for one thing to happen; finality of the local chain takes five seconds. */
const WAIT_LIMIT_MS = 90_000;

export interface SeenTransfer {
  readonly id: string;
  readonly state: string;
  readonly direction: string;
  readonly amount: { readonly amount: string };
  readonly amount_received: { readonly amount: string } | null;
  readonly tx_hash: string | null;
  readonly note: string | null;
}

export interface SeenWallet {
  readonly wallet_id: string;
  readonly ledger_balance: { readonly amount: string };
  readonly state: string;
}

/** Oldest first. */
export async function listTransfers(url: string): Promise<readonly SeenTransfer[]> {
  const { items } = (await ask(url, "/v1/transfers?limit=100")) as { items: SeenTransfer[] };
  return items.toReversed();
}

export async function listBooks(url: string): Promise<readonly SeenWallet[]> {
  const { items } = (await ask(url, "/v1/reconciliation")) as { items: SeenWallet[] };
  return items;
}

async function ask(url: string, path: string): Promise<unknown> {
  const reply = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(REQUEST_LIMIT_MS) });
  if (reply.ok) return reply.json();
  throw new LocalChainError("chain_demo_failed", `The daemon answered ${reply.status} to ${path}.`);
}

/** Looks until `look` gives something. @throws LocalChainError naming what did not happen, and what was seen instead */
export async function until<T>(
  what: string | (() => string),
  look: () => Promise<T | null>,
  limit_ms = WAIT_LIMIT_MS,
): Promise<T> {
  const tries = Math.ceil(limit_ms / LOOK_MS);
  for (let tried = 0; tried < tries; tried += 1) {
    const seen = await look();
    if (seen !== null) return seen;
    await wait(LOOK_MS);
  }
  throw new LocalChainError(
    "chain_demo_failed",
    `This did not happen within ${limit_ms} ms: ${typeof what === "string" ? what : what()}.`,
  );
}

/** The first transfer that is not in `known` and has reached one of the states. */
export function awaitTransfer(
  url: string,
  direction: string,
  states: readonly string[],
  known: ReadonlySet<string>,
  limit_ms = WAIT_LIMIT_MS,
): Promise<SeenTransfer> {
  let seen = "none";
  const look = async (): Promise<SeenTransfer | null> => {
    const fresh = (await listTransfers(url)).filter((item) => !known.has(item.id) && item.direction === direction);
    const said = fresh.map(({ id, state, note }) => `${id} is ${state}${note === null ? "" : ` (${note})`}`);
    seen = said.join(", ") || "none";
    return fresh.find((item) => states.includes(item.state)) ?? null;
  };
  return until(() => `a transfer ${direction} becomes ${states.join(" or ")}; of them ${seen}`, look, limit_ms);
}
