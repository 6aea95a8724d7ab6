/**
 * From a wish to a durable intent: one transaction freezes the plan, names its digest and quorum, reserves the funds and the
 * room in every window, ends what it replaces, and writes the events; or refuses and changes nothing.
 */
import { AuthorityError, type EnvelopeRow, requirementOf, transferDigest } from "../../authority/index.ts";
import type { WalletConfig } from "../../config/types.ts";
import { bookPlanned, lookAtHold } from "../../ledger/index.ts";
import type { Lane } from "../../policy/types.ts";
import type { Instant } from "../../ports/index.ts";
import { type ObligationRow, type Tx, tables } from "../../store/index.ts";
import { allOf } from "../all_of.ts";
import { endUnsent } from "../change/end_unsent.ts";
import { recordPlanned } from "../change/record_events.ts";
import { findAddress, type TransferDeps } from "../context.ts";
import { TransferError } from "../errors.ts";
import { findOpen, getTransfer } from "../read_transfers.ts";
import { UNSENT } from "../states.ts";
import type { PaidObligation, PlanEnd, SelfPayment, TransferCause, TransferPlan, TransferRow } from "../types.ts";
import { frozen } from "./check_dispatch.ts";
import { findEnvelope, takeEnvelope } from "./envelopes.ts";
import { readMode } from "./mode_control.ts";
import { takeObligation } from "./payout.ts";
import {
  assertActive,
  assertData,
  assertLimits,
  assertMoved,
  assertPairFree,
  type Checked,
  checkRoute,
} from "./plan_checks.ts";

/** What somebody wants moved. Amounts are base units of the pool's asset. */
export interface TransferDraft {
  readonly id: string;
  readonly pool_id: string;
  readonly from_wallet: string;
  readonly to_wallet: string;
  readonly network: string;
  readonly amount: bigint;
  readonly fee_max: bigint;
  readonly cause: TransferCause;
  readonly reason: string;
  readonly decision_id: string | null;
  /** `daemon` or `person:<id>`; never counted in the quorum. */
  readonly initiator: string;
  /** `expedited`: inside an envelope that people approved in advance, where one has room; else, and by default, the slow lane. */
  readonly lane?: Lane | null;
  /** The known payment that it makes, straight from custody. */
  readonly obligation_id?: string | null;
  /** The approved exchange of collateral that it is the second leg of. */
  readonly substitution?: NonNullable<TransferPlan["substitution"]>;
  /** The wallet pays itself: the amount is zero. */
  readonly self?: SelfPayment | null;
}

/**
 * Writes the transfer in state `planned`, with its hold and its event.
 * @throws TransferError, AuthorityError authority_no_tier, LedgerError ledger_insufficient
 */
export async function planTransfer(tx: Tx, deps: TransferDeps, draft: TransferDraft): Promise<TransferRow> {
  const now = deps.clock.now();
  const looking = lookAround(tx, deps, draft, now);
  await allOf([assertNotFrozen(tx), looking, lookAtHold(tx, draft)]);
  const { route, open } = await looking;
  const owed = draft.obligation_id == null ? null : await takeObligation(tx, draft.obligation_id, draft, now);
  const frozen_plan = freezePlan(deps, route, draft, owed, now);
  const envelope = draft.lane === "expedited" ? await findEnvelope(tx, deps, frozen_plan, now) : null;
  // Without an envelope it is a slow one, whatever was asked for.
  if (envelope === null) assertPairFree({ ...draft, lane: "slow" }, open);
  const row = rowOf(envelope === null ? frozen_plan : inside(frozen_plan, envelope.row), draft.decision_id);
  await tx.insert(tables.transfer, row);
  if (envelope !== null) await takeEnvelope(tx, deps, envelope, row, now);
  await bookPlanned(tx, row, now);
  await recordPlanned(tx, deps.ids, row);
  return row;
}

async function assertNotFrozen(tx: Tx): Promise<void> {
  if ((await readMode(tx)) === "frozen") throw frozen();
}

/** All that may forbid it, and what is open beside it. @throws TransferError, AuthorityError */
async function lookAround(
  tx: Tx,
  deps: TransferDeps,
  draft: TransferDraft,
  now: Instant,
): Promise<{ readonly route: Checked; readonly open: readonly TransferRow[] }> {
  const route = checkRoute(deps.config, draft);
  assertMoved(deps, route);
  const reading = findOpen(tx, route.pool.asset);
  await allOf([
    reading.then((found) => assertPairFree(draft, found)),
    assertActive(tx, route),
    assertData(tx, deps.config, route, now),
    assertLimits(tx, route, draft, now),
  ]);
  return { route, open: await reading };
}

/**
 * Ends an open request that a newer plan replaces. Where owners signed it already it is `held`, and nothing may take its place
 * before it ended. @throws TransferError transfer_conflict once anything was sent
 */
export async function supersede(tx: Tx, deps: TransferDeps, id: string, reason: string): Promise<TransferRow> {
  const row = await getTransfer(tx, id);
  if (!UNSENT.has(row.state)) {
    throw new TransferError("transfer_conflict", `${id} is ${row.state} and cannot be replaced any more.`, {
      transfer: id,
    });
  }
  const note = { code: "superseded", text: reason };
  return endUnsent(tx, deps, row, "cancelled", { now: deps.clock.now(), actor: "daemon", note });
}

/** The votes it would need otherwise stay in the plan: they decide when the envelope does not hold any more. */
function inside(plan: TransferPlan, { id, digest }: EnvelopeRow): TransferPlan {
  return { ...plan, envelope: { id, digest } };
}

function freezePlan(
  deps: TransferDeps,
  route: Checked,
  draft: TransferDraft,
  owed: ObligationRow | null,
  now: number,
): TransferPlan {
  const { config } = deps;
  const { pool, from, to, direction, instrument } = route;
  const self = draft.self == null ? {} : { self: draft.self };
  const source = endOf(deps, from, draft.network);
  // What comes back goes to none of the addresses that others know.
  const destination = draft.self == null ? endOf(deps, to, draft.network) : { ...source, address: "", memo: null };
  const move = { asset: pool.asset, direction, amount: draft.amount.toString(), from: source, ...self };
  const requirement = requirementOf(config.authority, move);
  if (requirement.kind === "denied") {
    throw new AuthorityError("authority_no_tier", "No quorum tier allows money to leave custody here.", {
      pool: pool.id,
      direction,
    });
  }
  return {
    id: draft.id,
    pool_id: pool.id,
    asset: pool.asset,
    network: draft.network,
    instrument: instrument.id,
    chain_id: chainOf(deps, from, to),
    contract: instrument.contract,
    decimals: pool.policy.asset.decimals,
    contract_decimals: instrument.decimals,
    from: source,
    to: destination,
    direction,
    amount: draft.amount.toString(),
    fee_max: draft.fee_max.toString(),
    cause: draft.cause,
    reason: draft.reason,
    decision_id: draft.decision_id,
    initiator: draft.initiator,
    policy_digest: pool.policy_digest,
    quorum_needed: requirement.needed,
    not_before: now,
    expires_at: now + config.authority.approval_lifetime_ms,
    nonce: deps.ids.next("nce"),
    ...(owed === null ? {} : { obligation: paid(owed) }),
    ...(draft.substitution === undefined ? {} : { substitution: draft.substitution }),
    ...self,
  };
}

function paid({ id, what, due_at, created_by: asked_by }: ObligationRow): PaidObligation {
  return { id, what, due_at, asked_by };
}

/** Where both ends are on an EVM chain it is the same one. @throws TransferError transfer_invalid */
function chainOf(deps: TransferDeps, from: WalletConfig, to: WalletConfig): number | null {
  const [source, destination] = [from, to].map(({ venue }) => deps.venues.get(venue)?.capabilities().chain_id ?? null);
  if (source !== null && source !== undefined && destination != null && source !== destination) {
    throw new TransferError(
      "transfer_invalid",
      `${from.id} is on chain ${source} and ${to.id} on chain ${destination}.`,
      {
        from_wallet: from.id,
        to_wallet: to.id,
      },
    );
  }
  return source ?? null;
}

/** The source's own address may be unregistered: nothing is sent to it. */
function endOf(deps: TransferDeps, wallet: WalletConfig, network: string): PlanEnd {
  const entry = findAddress(deps.config, wallet.id, network);
  return {
    venue: wallet.venue,
    wallet: wallet.id,
    role: wallet.kind,
    address: entry?.address ?? "",
    memo: entry?.memo ?? null,
  };
}

function rowOf(plan: TransferPlan, decision_id: string | null): TransferRow {
  return {
    id: plan.id,
    pool_id: plan.pool_id,
    asset: plan.asset,
    state: "planned",
    stage: null,
    from_wallet: plan.from.wallet,
    to_wallet: plan.to.wallet,
    network: plan.network,
    direction: plan.direction,
    cause: plan.cause,
    amount: BigInt(plan.amount),
    fee_max: BigInt(plan.fee_max),
    fee_actual: null,
    amount_received: null,
    reference: plan.id,
    plan,
    digest: transferDigest(plan),
    decision_id,
    signing: null,
    prepared: null,
    venue_ref: null,
    tx_hash: null,
    confirmations: null,
    confirmations_needed: null,
    note_code: null,
    note: null,
    created_at: plan.not_before,
    updated_at: plan.not_before,
    submitted_at: null,
    settled_at: null,
    next_at: plan.not_before,
    attempts: 0,
    lease_owner: null,
    lease_until: null,
    fence: 0,
    version: 0,
  };
}
