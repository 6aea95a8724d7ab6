/** A person proposes what others then approve in advance, or takes it back: proposing needs a quorum, revoking one person. */
import { emit } from "../../audit/index.ts";
import {
  type EnvelopeRow,
  type EnvelopeState,
  type EnvelopeTerms,
  envelopeDigest,
  votesOn,
} from "../../authority/index.ts";
import type { PoolConfig } from "../../config/types.ts";
import type { Instant } from "../../ports/index.ts";
import { type Json, type Tx, tables } from "../../store/index.ts";
import { assertSupported, findAddress, findPool, getEnvelope, TransferError, walletOf } from "../../transfers/index.ts";
import type { DaemonDeps } from "../types.ts";

/** Transfers of one envelope; characters of a reason; the longest that one may last; wallets it may name. */
const COUNT_MAX = 100;
const REASON_LENGTH_MAX = 500;
const LIFETIME_MAX_MS = 90 * 24 * 3_600_000;
const WALLETS_MAX = 50;

/** What a person proposes. Amounts are base units of the pool's asset. */
export interface EnvelopeDraft {
  readonly pool_id: string;
  /** Custody wallets that may give, and liquidity wallets that may receive. */
  readonly from_wallets: readonly string[];
  readonly to_wallets: readonly string[];
  /** Of one transfer, and of all together, without fees. */
  readonly amount_max: bigint;
  readonly amount_total: bigint;
  readonly count_max: number;
  readonly valid_from: Instant;
  readonly valid_until: Instant;
  readonly reason: string;
  /** `person:<id>`. */
  readonly proposed_by: string;
}

/** @throws TransferError envelope_invalid, envelope_unsupported */
export async function proposeEnvelope(
  deps: Pick<DaemonDeps, "store" | "ids" | "clock" | "config" | "venues">,
  draft: EnvelopeDraft,
): Promise<EnvelopeRow> {
  const now = deps.clock.now();
  const pool = findPool(deps.config, draft.pool_id);
  if (pool === undefined) throw invalid("There is no such pool.", draft);
  assertSound(pool, draft, now);
  const terms = termsOf(deps, pool, draft, now);
  for (const end of terms.from) assertSupported(deps, end);
  const row: EnvelopeRow = {
    ...{ id: terms.id, pool_id: pool.id, state: "open", terms, digest: envelopeDigest(terms) },
    ...{ created_at: now, valid_until: terms.valid_until, ended_at: null, version: 0 },
  };
  await deps.store.tx("envelope.propose", async (tx) => {
    await tx.insert(tables.envelope, row);
    await recordEnvelope(tx, deps, row, { actor: draft.proposed_by, reason: draft.reason, now });
  });
  return row;
}

/** Ends it at once, also while people still vote on it. One that ended is returned as it is. @throws TransferError */
export async function revokeEnvelope(
  deps: Pick<DaemonDeps, "store" | "ids" | "clock">,
  id: string,
  actor: string,
  reason: string,
): Promise<EnvelopeRow> {
  return deps.store.tx("envelope.revoke", async (tx) => {
    const row = await getEnvelope(tx, id);
    if (row.state !== "open" && row.state !== "active") return row;
    return changeEnvelope(tx, deps, row, "revoked", { actor, reason, now: deps.clock.now() });
  });
}

interface Change {
  readonly actor: string;
  readonly reason: string;
  readonly now: Instant;
}

/** The guard refuses a second end. */
export async function changeEnvelope(
  tx: Tx,
  deps: Pick<DaemonDeps, "ids">,
  row: EnvelopeRow,
  state: Exclude<EnvelopeState, "open">,
  change: Change,
): Promise<EnvelopeRow> {
  const patch = { state, ended_at: state === "active" ? null : change.now, version: row.version + 1 };
  if (!(await tx.update(tables.envelope, { id: row.id }, patch, { version: row.version, state: row.state }))) {
    throw new TransferError("transfer_conflict", `The envelope ${row.id} changed meanwhile; read it again.`);
  }
  const next = { ...row, ...patch };
  await recordEnvelope(tx, deps, next, change);
  return next;
}

async function recordEnvelope(tx: Tx, deps: Pick<DaemonDeps, "ids">, row: EnvelopeRow, change: Change): Promise<void> {
  const { id, digest, state, terms } = row;
  const { pool_id, asset, amount_max, amount_total } = terms;
  const approvals = (await votesOn(tx, id)).filter(({ vote }) => vote === "approve").map(({ person_id }) => person_id);
  await emit(tx, deps.ids, {
    kind: "envelope.state",
    ref: id,
    actor: change.actor,
    at: change.now,
    type: "Manual",
    payload: {
      ...{ envelope_id: id, pool_id, asset, state, reason: change.reason, amount_max, amount_total, digest },
      ...{ terms: terms as unknown as Json, approvals },
    },
  });
}

function termsOf(
  { ids, config }: Pick<DaemonDeps, "ids" | "config">,
  pool: PoolConfig,
  draft: EnvelopeDraft,
  now: Instant,
): EnvelopeTerms {
  const { valid_from, valid_until, count_max, reason, proposed_by } = draft;
  const to = draft.to_wallets.flatMap((wallet) =>
    pool.networks.flatMap((network) => {
      const entry = findAddress(config, wallet, network);
      if (entry === undefined) return [];
      return [{ venue: walletOf(config, wallet).venue, wallet, network, address: entry.address, memo: entry.memo }];
    }),
  );
  if (to.length === 0)
    throw invalid("None of the destinations has a registered address on a network of the pool.", draft);
  return {
    ...{ id: ids.next("env"), pool_id: pool.id, asset: pool.asset, decimals: pool.policy.asset.decimals },
    from: draft.from_wallets.map((wallet) => ({ venue: walletOf(config, wallet).venue, wallet })),
    to,
    ...{ amount_max: draft.amount_max.toString(), amount_total: draft.amount_total.toString(), count_max },
    ...{ valid_from, valid_until, reason, proposed_by, created_at: now },
    expires_at: Math.min(now + config.authority.approval_lifetime_ms, valid_until),
  };
}

function assertSound(pool: PoolConfig, draft: EnvelopeDraft, now: Instant): void {
  const problem = walletProblem(pool, draft) ?? boundProblem(draft, now);
  if (problem !== null) throw invalid(problem, draft);
}

function walletProblem(pool: PoolConfig, { from_wallets, to_wallets }: EnvelopeDraft): string | null {
  const named = [...from_wallets, ...to_wallets];
  if (from_wallets.length === 0 || to_wallets.length === 0) return "It names its sources and its destinations.";
  const stranger =
    from_wallets.find((wallet) => !pool.reserve.includes(wallet)) ??
    to_wallets.find((wallet) => !pool.liquidity.includes(wallet));
  if (stranger !== undefined) return `${stranger} is not on that side of the pool.`;
  if (named.length > WALLETS_MAX || new Set(named).size < named.length) {
    return `It names each wallet once, and at most ${WALLETS_MAX}.`;
  }
  return null;
}

function boundProblem(draft: EnvelopeDraft, now: Instant): string | null {
  const { amount_max, amount_total, count_max, valid_from, valid_until, reason } = draft;
  if (amount_max <= 0n || amount_total < amount_max) {
    return "The amount of one transfer is above zero and not above the amount of all together.";
  }
  if (!Number.isInteger(count_max) || count_max < 1 || count_max > COUNT_MAX) {
    return `It is for 1 to ${COUNT_MAX} transfers.`;
  }
  if (!Number.isSafeInteger(valid_from) || !Number.isSafeInteger(valid_until))
    return "It begins and ends at an instant.";
  if (!(valid_from < valid_until) || !(now < valid_until) || !(valid_until - now <= LIFETIME_MAX_MS)) {
    return "It ends after it begins, after now, and within 90 days.";
  }
  return reason.trim() === "" || reason.length > REASON_LENGTH_MAX
    ? `A reason of 1 to ${REASON_LENGTH_MAX} characters is needed.`
    : null;
}

function invalid(message: string, { pool_id }: EnvelopeDraft): TransferError {
  return new TransferError("envelope_invalid", message, { pool: pool_id });
}
