/**
 * The standard sequence against one venue: what a person tries first with a new venue, new keys or a new address. Each call stands
 * with its outcome; one that fails does not keep the rest from being tried. Nothing moves unless a move is given.
 */
import { TidegateError } from "../errors/index.ts";
import type { Clock, Instant } from "../ports/index.ts";
import type { TransferPlan } from "../transfers/types.ts";
import type { FindQuery, Venue, WalletRef } from "./port.ts";

export type ExerciseCall =
  | "verify"
  | "list_wallets"
  | "balance"
  | "address"
  | "fee_estimate"
  | "submit"
  | "find"
  | "list_movements";

export interface ExerciseStep {
  readonly call: ExerciseCall;
  /** `skipped`: an earlier call did not give what this one needs, or nobody asked for it. */
  readonly outcome: "ok" | "failed" | "unsupported" | "skipped";
  /** Stable code of the failure. */
  readonly code: string | null;
  /** What came back, in a sentence, or why nothing did. Never a secret. */
  readonly detail: string;
  readonly duration_ms: number;
}

export interface ExerciseInput {
  readonly venue: Venue;
  readonly clock: Clock;
  /** Times the calls, in real time however fast it runs. */
  readonly timer: Pick<Clock, "now" | "rate">;
  /** The holding to ask about; null: the first that the venue lists. */
  readonly wallet: WalletRef | null;
  /** Makes amounts readable; the plain base units where it knows nothing better. */
  readonly print: (asset: string, units: bigint) => string;
  /** A real transfer; null: the sequence only reads. */
  readonly move: ((wallet: WalletRef, network: string) => TransferPlan) | null;
}

/** A reference that nobody has used: its look-up shows that the venue can say "absent". */
const UNUSED_REFERENCE = "tidegate-exercise-unused";

export async function exerciseVenue(input: ExerciseInput): Promise<readonly ExerciseStep[]> {
  const { venue, print } = input;
  const steps: ExerciseStep[] = [];
  const attempt = async <T>(
    call: ExerciseCall,
    work: () => Promise<{ detail: string; value: T }>,
  ): Promise<T | null> => {
    const began = input.timer.now();
    const ended = await settled(work);
    steps.push({ call, ...ended.step, duration_ms: realMs(input.timer, began) });
    return ended.value;
  };
  const skip = (call: ExerciseCall, detail: string): void => {
    steps.push({ call, outcome: "skipped", code: null, detail, duration_ms: 0 });
  };

  await attempt("verify", async () => {
    await venue.verify();
    return { detail: describeVerified(venue), value: null };
  });
  const listed = await attempt("list_wallets", async () => {
    const wallets = await venue.listWallets();
    const names = wallets.map(({ account, asset }) => `${account} (${asset})`).slice(0, 5);
    return {
      detail: `${wallets.length} wallets: ${names.join(", ")}${wallets.length > 5 ? ", ..." : ""}.`,
      value: wallets,
    };
  });
  const [first] = listed ?? [];
  const wallet =
    input.wallet ?? (first ? { wallet_id: first.account, account: first.account, asset: first.asset } : null);
  if (wallet === null) {
    for (const call of ["balance", "fee_estimate", "address", "submit", "find", "list_movements"] as const) {
      skip(call, "There is no wallet to ask about; name one.");
    }
    return steps;
  }
  await attempt("balance", async () => {
    const balance = await venue.getBalance(wallet);
    const { total, available, pending_out } = balance;
    const parts = [`total ${print(wallet.asset, total)}`, `available ${print(wallet.asset, available)}`];
    return { detail: `${parts.join(", ")}, pending out ${print(wallet.asset, pending_out)}.`, value: balance };
  });
  const networks = await attempt("fee_estimate", async () => {
    const found = await venue.listNetworks(wallet);
    const said = found.map(
      ({ network, fee_fixed, enabled }) => `${network} ${print(wallet.asset, fee_fixed)}${enabled ? "" : " (closed)"}`,
    );
    return { detail: said.join(", ") || "No network.", value: found };
  });
  const network = (networks ?? []).find(({ enabled }) => enabled)?.network ?? venue.capabilities().networks[0];
  if (network === undefined) skip("address", "There is no network to ask about.");
  else {
    await attempt("address", async () => {
      const { address, memo } = await venue.getAddress(wallet, network);
      return { detail: `${network}: ${address}${memo === null ? "" : `, memo ${memo}`}.`, value: address };
    });
  }
  const query = await exerciseMove(input, wallet, network ?? "", { attempt, skip });
  const blind = query.prepared === null ? whyNotFound(venue) : null;
  if (blind === null) await attempt("find", async () => describeFind(await venue.find(query)));
  else skip("find", blind);
  await attempt("list_movements", async () => {
    const { movements, has_more } = await venue.listMovements(wallet, null);
    const detail = `${movements.length} movements on the first page${has_more ? ", and there are more" : ""}.`;
    return { detail, value: null };
  });
  return steps;
}

function realMs(timer: ExerciseInput["timer"], began: Instant): number {
  return Math.round(Math.max(0, timer.now() - began) / (timer.rate ?? 1));
}

interface Tools {
  attempt<T>(call: ExerciseCall, work: () => Promise<{ detail: string; value: T }>): Promise<T | null>;
  skip(call: ExerciseCall, detail: string): void;
}

/** The submit, where one was asked for; and what the look-up after it asks. */
async function exerciseMove(
  { venue, clock, move }: ExerciseInput,
  wallet: WalletRef,
  network: string,
  { attempt, skip }: Tools,
): Promise<FindQuery> {
  const unused = { venue_ref: null, tx_hash: null, prepared: null, asset: wallet.asset, network };
  const fallback: FindQuery = { wallet, reference: UNUSED_REFERENCE, ...unused };
  if (move === null) {
    skip("submit", "Nothing is moved unless --submit and a destination are given.");
    return fallback;
  }
  const plan = move(wallet, network);
  const sent = await attempt("submit", async () => {
    const prepared = await venue.prepare(plan, { now: clock.now(), signing: null, signatures: [] });
    const outcome = await venue.submit(prepared);
    const venue_ref = outcome.outcome === "accepted" ? outcome.venue_ref : null;
    const said =
      outcome.outcome === "accepted" ? `accepted as ${outcome.venue_ref}` : `${outcome.outcome}: ${outcome.message}`;
    if (outcome.outcome === "rejected") throw new TidegateError("denied", "exercise_rejected", said);
    return { detail: `${plan.id} ${said}.`, value: { prepared, venue_ref } };
  });
  if (sent === null) return { ...fallback, reference: plan.id };
  const { prepared, venue_ref } = sent;
  return { ...fallback, reference: plan.id, venue_ref, tx_hash: prepared.tx_hash, prepared };
}

function describeVerified(venue: Venue): string {
  return venue.capabilities().watch_only === true
    ? "It has no interface and no credentials: people enter what is there."
    : "It answers, and accepts the credentials where it wants any.";
}

/** Why a reference that nobody used cannot be looked up there; null: it can. */
function whyNotFound(venue: Venue): string | null {
  const { idempotency, watch_only } = venue.capabilities();
  if (watch_only === true) return "It is only watched: there is nothing to look up.";
  const signs = idempotency.kind === "signed_transaction";
  return signs ? "It looks up the transactions that it signed itself, and none was sent." : null;
}

function describeFind(found: Awaited<ReturnType<Venue["find"]>>): { detail: string; value: null } {
  switch (found.outcome) {
    case "found":
      return {
        detail: `found: ${found.transfer.stage}, ${found.transfer.status} ("${found.transfer.raw_status}").`,
        value: null,
      };
    case "absent":
      return { detail: "absent, as it should be for a reference that nobody used.", value: null };
    case "unreadable":
      throw new TidegateError("unavailable", "venue_lookup_unreadable", found.message);
  }
}

type Settled<T> = { readonly step: Pick<ExerciseStep, "outcome" | "code" | "detail">; readonly value: T | null };

async function settled<T>(work: () => Promise<{ detail: string; value: T }>): Promise<Settled<T>> {
  try {
    const { detail, value } = await work();
    return { step: { outcome: "ok", code: null, detail }, value };
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    const outcome = error.code === "venue_unsupported" ? "unsupported" : "failed";
    return { step: { outcome, code: error.code, detail: error.message }, value: null };
  }
}
