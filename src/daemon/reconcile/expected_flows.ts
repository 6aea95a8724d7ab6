/**
 * Flows of customers that a back office announces before they happen, and the movements that prove to be them. Where a wallet's
 * flows are `expected`, a payment out that nobody announced is nobody's: it stays out of the books and is a break. An announcement
 * that comes after its movement explains nothing by itself: whoever could take money could as well announce it afterwards.
 */
import { emit } from "../../audit/index.ts";
import type { WalletConfig } from "../../config/types.ts";
import { digestOf } from "../../digest/index.ts";
import { assert } from "../../errors/index.ts";
import { matchFlows } from "../../ledger/index.ts";
import type { Instant, Notice } from "../../ports/index.ts";
import { type ExpectedFlowRow, type MovementRow, type ReadTx, type Tx, tables } from "../../store/index.ts";
import { recordAlert } from "../../transfers/index.ts";
import { DaemonError } from "../errors.ts";
import type { DaemonDeps, ExpectedFlowDraft } from "../types.ts";

const HOUR_MS = 3_600_000;
/** Open ones of one wallet; more are refused. */
export const EXPECTED_FLOWS_MAX = 10_000;
/** How long one is waited for, where nobody says; its movement may have the time of a clock that is behind by an hour. */
const WINDOW_MS = 24 * HOUR_MS;
/** The longest time that one may stay open. */
export const WINDOW_MAX_MS = 30 * 24 * HOUR_MS;
/** A venue may list a movement this long after it happened. */
export const LISTED_WITHIN_MS = 24 * HOUR_MS;
/** Ended in one turn. */
const MISSED_MAX = 200;
const MOVEMENTS_MAX = 1_000;
const ID_HEX_DIGITS = 32;

/**
 * Records it, or returns the one that the wallet and the reference already name.
 * @throws DaemonError expected_flow_invalid, expected_flow_reference_reused, expected_flow_too_many
 */
export async function announceFlow(deps: DaemonDeps, draft: ExpectedFlowDraft): Promise<ExpectedFlowRow> {
  const { wallet_id, reference, actor } = draft;
  const wallet = deps.config.wallets.find(({ id }) => id === wallet_id);
  if (wallet === undefined) throw invalid(`There is no wallet "${wallet_id}".`);
  const now = deps.clock.now();
  const from_at = draft.from_at ?? now - HOUR_MS;
  const until_at = draft.until_at ?? Math.max(from_at, now) + WINDOW_MS;
  assertPossible(wallet, { amount: draft.amount, from_at, until_at });
  const id = `exf_${digestOf("request", { kind: "expected_flow", wallet_id, reference }).slice(0, ID_HEX_DIGITS)}`;
  return deps.store.tx("expected_flow.add", async (tx) => {
    const known = await tx.get(tables.expectedFlow, { id });
    if (known !== undefined) {
      if (isSame(known, draft)) return known;
      const message = `"${reference}" of ${wallet_id} was announced before as something else; use a reference of its own.`;
      throw new DaemonError("expected_flow_reference_reused", message, { expected_flow: id });
    }
    if (until_at <= now) throw invalid("Its time is over already; give a later `until`.");
    if (explains(wallet, draft.direction) && from_at < now - HOUR_MS) {
      throw invalid("A payment out is announced before it happens: `from` is at most an hour ago.");
    }
    if ((await tx.count(tables.expectedFlow, { wallet_id, state: "open" })) >= EXPECTED_FLOWS_MAX) {
      const message = `${EXPECTED_FLOWS_MAX} expected flows of ${wallet_id} are open already.`;
      throw new DaemonError("expected_flow_too_many", message);
    }
    const { direction, amount, destination, tx_hash } = draft;
    const row: ExpectedFlowRow = {
      ...{ id, wallet_id, reference, asset: wallet.asset, direction, amount, destination, tx_hash, from_at, until_at },
      ...{ state: "open", movement_id: null, created_at: now, created_by: actor, ended_at: null },
    };
    const before = await listedBefore(tx, row);
    const added = before === null ? row : { ...row, ...endedBy(before), ended_at: now };
    await tx.insert(tables.expectedFlow, added);
    await emit(tx, deps.ids, { kind: "expected_flow.added", ref: wallet_id, actor, at: now, payload: factsOf(added) });
    return added;
  });
}

/** Whether a movement needs it: then one that nobody has listed yet must not be explained after it happened either. */
function explains({ flows }: WalletConfig, direction: ExpectedFlowDraft["direction"]): boolean {
  return flows === "expected" && direction === "out";
}

function assertPossible(
  { id, kind }: WalletConfig,
  draft: Pick<ExpectedFlowRow, "amount" | "from_at" | "until_at">,
): void {
  if (kind === "custody" || kind === "collateral") throw invalid(`${id} is ${kind}: no customer pays in or out there.`);
  if (draft.amount <= 0n) throw invalid("An amount above zero is needed.");
  if (draft.until_at <= draft.from_at) throw invalid("`until` must be later than `from`.");
  if (draft.until_at - draft.from_at > WINDOW_MAX_MS) throw invalid("`from` and `until` are at most 30 days apart.");
}

function isSame(row: ExpectedFlowRow, draft: ExpectedFlowDraft): boolean {
  const same = (["direction", "amount", "destination", "tx_hash"] as const).every((name) => row[name] === draft[name]);
  const given = (["from_at", "until_at"] as const).every((name) => draft[name] === null || row[name] === draft[name]);
  return same && given;
}

/** What is in the books as a customer's stays that; what nothing explained then is explained by people. */
function endedBy({ movement_id, unexplained }: MovementRow): Pick<ExpectedFlowRow, "state" | "movement_id"> {
  return { state: unexplained ? "late" : "matched", movement_id };
}

/** A movement that was listed before, is nobody else's, and would have been this. */
async function listedBefore(tx: ReadTx, row: ExpectedFlowRow): Promise<MovementRow | null> {
  const { wallet_id, direction, amount, from_at } = row;
  const movements = await tx.find(tables.movement, {
    where: { wallet_id, direction, amount, transfer_id: null, gone: false, at: { gte: from_at } },
    order_by: [
      ["at", "asc"],
      ["movement_id", "asc"],
    ],
    limit: MOVEMENTS_MAX,
  });
  if (movements.length === 0) return null;
  const ids = movements.map(({ movement_id }) => movement_id);
  const where = { wallet_id, movement_id: { in: ids } };
  const claims = await tx.find(tables.expectedFlow, { where, limit: MOVEMENTS_MAX });
  const claimed = new Set(claims.map(({ movement_id }) => movement_id));
  const free = movements.filter(({ movement_id }) => !claimed.has(movement_id));
  return matchFlows([row], free)[0]?.movement ?? null;
}

/** Every open one of these wallets. */
export function readExpected(tx: ReadTx, wallet_ids: readonly string[]): Promise<ExpectedFlowRow[]> {
  return tx.find(tables.expectedFlow, {
    where: { wallet_id: { in: [...new Set(wallet_ids)] }, state: "open" },
    order_by: [
      ["until_at", "asc"],
      ["id", "asc"],
    ],
    limit: EXPECTED_FLOWS_MAX,
  });
}

/** Ends those whose movements these are; the movements that were announced. `movements`: new ones that are nobody else's. */
export async function meetExpected(
  tx: Tx,
  deps: DaemonDeps,
  open: readonly ExpectedFlowRow[],
  movements: readonly MovementRow[],
): Promise<ReadonlySet<MovementRow>> {
  const found = matchFlows(open, movements);
  for (const { flow, movement } of found) {
    await end(tx, deps, flow, { state: "matched", movement_id: movement.movement_id });
  }
  return new Set(found.map(({ movement }) => movement));
}

/** What was announced and not listed in time: people are told, because a payment may hang or was never made. */
export async function endMissed(deps: DaemonDeps): Promise<void> {
  const now = deps.clock.now();
  const where = { state: "open", until_at: { lt: now - LISTED_WITHIN_MS } } as const;
  const query = { where, order_by: [["until_at", "asc"] as const, ["id", "asc"] as const], limit: MISSED_MAX };
  if (
    (await deps.store.read("expected_flow.due", (tx) => tx.find(tables.expectedFlow, { ...query, limit: 1 })))
      .length === 0
  )
    return;
  const notices = await deps.store.tx("expected_flow.missed", async (tx) => {
    const told: Notice[] = [];
    for (const row of await tx.find(tables.expectedFlow, query)) {
      await end(tx, deps, row, { state: "missed" });
      const message = `"${row.reference}" was announced for ${row.wallet_id}, and no movement of it was listed in its time.`;
      const notice = { code: "expected_flow_missed", severity: "warning", message, ref: row.wallet_id } as const;
      await recordAlert(tx, deps, notice, now);
      told.push(notice);
    }
    return told;
  });
  for (const notice of notices) deps.notifier.notify(notice);
}

async function end(
  tx: Tx,
  deps: DaemonDeps,
  row: ExpectedFlowRow,
  change: Pick<ExpectedFlowRow, "state"> & Partial<ExpectedFlowRow>,
): Promise<void> {
  const ended_at = deps.clock.now();
  const ended = await tx.update(tables.expectedFlow, { id: row.id }, { ...change, ended_at }, { state: "open" });
  assert(ended, "an open expected flow ends once");
  const payload = factsOf({ ...row, ...change });
  await emit(tx, deps.ids, {
    kind: "expected_flow.closed",
    ref: row.wallet_id,
    actor: "daemon",
    at: ended_at,
    payload,
  });
}

function factsOf(row: ExpectedFlowRow) {
  const { id, wallet_id, reference, asset, direction, amount, destination, tx_hash, state, movement_id } = row;
  const window: Record<"from_at" | "until_at", Instant> = { from_at: row.from_at, until_at: row.until_at };
  return {
    ...{ expected_flow_id: id, wallet_id, reference, asset, direction, amount: amount.toString() },
    ...{ destination, tx_hash, ...window, state, movement_id },
  };
}

function invalid(message: string): DaemonError {
  return new DaemonError("expected_flow_invalid", message);
}
