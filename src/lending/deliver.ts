/**
 * Notices on their way out. A channel gets each notice with the id it always has, so that a receiver who sees it again after a lost
 * answer knows it; what was delivered is not sent again, and what cannot be delivered is told after a bounded number of tries.
 */
import { makeEvent } from "../audit/index.ts";
import type { Instant } from "../ports/index.ts";
import { insertRows, type ReadTx, type Tx, tables, updateRows } from "../store/index.ts";
import { messageOf, recordAlert } from "../transfers/index.ts";
import { factsOf } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { callEvent } from "./stage_effects.ts";
import type { CreditNoticeRow, FacilityRow, NoticeBody } from "./types.ts";

/** Where notices go; adapters are built by the composition root. */
export interface NoticeChannel {
  readonly id: string;
  /** Resolves when the receiver has taken it. @throws whatever kept it from being delivered */
  deliver(notice: { readonly id: string; readonly body: NoticeBody }): Promise<void>;
}

/** Notices of one turn, and of those at the same time; tries of one, and the wait after the first. */
export const TURN_MAX = 1_000;
const LANES = 16;
export const TRIES_MAX = 8;
const WAIT_MS = 60_000;
const ERROR_LENGTH_MAX = 300;

interface Outcome {
  readonly row: CreditNoticeRow;
  readonly error: string | null;
}

/** Sends what is due. The number of notices tried. */
export async function deliverDue(
  deps: LendingDeps,
  channels: readonly NoticeChannel[],
  signal?: AbortSignal,
): Promise<number> {
  const now = deps.clock.now();
  const due = await deps.store.read("notices.due", (tx) =>
    tx.find(tables.creditNotice, {
      where: { state: "queued", next_at: { lte: now } },
      order_by: [
        ["next_at", "asc"],
        ["id", "asc"],
      ],
      limit: TURN_MAX,
    }),
  );
  const waiting = [...due];
  const outcomes: Outcome[] = [];
  // A receiver that hangs costs one time-out, and what else is for it stays queued as it is.
  const down = new Set<string>();
  const lane = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined && signal?.aborted !== true; row = waiting.shift()) {
      if (down.has(row.channel_id)) continue;
      const error = await send(channels, row);
      if (error !== null) down.add(row.channel_id);
      outcomes.push({ row, error });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (outcomes.length > 0) await record(deps, outcomes);
  return outcomes.length;
}

async function send(channels: readonly NoticeChannel[], row: CreditNoticeRow): Promise<string | null> {
  const channel = channels.find(({ id }) => id === row.channel_id);
  if (channel === undefined) return `The channel ${row.channel_id} is not configured any more.`;
  try {
    await channel.deliver({ id: row.id, body: row.body });
    return null;
  } catch (error) {
    return messageOf(error).slice(0, ERROR_LENGTH_MAX) || "It failed without a reason.";
  }
}

async function record(deps: LendingDeps, outcomes: readonly Outcome[]): Promise<void> {
  const now = deps.clock.now();
  const changes = outcomes.map(({ row, error }) => ({ row, patch: patchOf(row, error, now) }));
  const over = changes.filter(({ patch }) => patch.state !== "queued");
  await deps.store.tx("notices.record", async (tx) => {
    const updates = changes.map(({ row, patch }) => ({
      key: { id: row.id },
      patch,
      guard: { state: "queued" as const, attempts: row.attempts },
    }));
    // Another instance may have recorded one of them: then each is looked at alone the next time.
    if (!(await tx.writeMany([updateRows(tables.creditNotice, updates)]))) return;
    const facilities = await facilitiesOf(
      tx,
      over.map(({ row }) => row.facility_id),
    );
    const events = over.flatMap(({ row, patch }) => {
      const facility = facilities.get(row.facility_id);
      if (facility === undefined) return [];
      const { id: notice_id, kind, channel_id } = row;
      const { state, attempts, error } = patch;
      const payload = { ...factsOf(facility), notice_id, kind, channel_id, state, attempts, error };
      return [makeEvent(deps.ids, { kind: "credit.notice", ref: facility.id, actor: "daemon", at: now, payload })];
    });
    if (events.length > 0) await tx.writeMany([insertRows(tables.event, events)]);
    for (const { row, patch } of over.filter(({ patch }) => patch.state === "failed")) {
      const message = `A notice (${row.kind}) to ${row.channel_id} could not be delivered: ${patch.error ?? ""}`;
      const notice = { code: "credit_notice_failed", severity: "page", message, ref: row.facility_id } as const;
      await recordAlert(tx, deps, notice, now);
    }
  });
  await markNotified(
    deps,
    over.filter(({ patch }) => patch.state === "delivered").flatMap(({ row }) => row.body.call_id ?? []),
  );
}

async function facilitiesOf(tx: ReadTx, ids: readonly string[]): Promise<Map<string, FacilityRow>> {
  const wanted = [...new Set(ids)];
  const rows = await tx.find(tables.facility, { where: { id: { in: wanted } }, limit: Math.max(1, wanted.length) });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Calls of which somebody outside was told: all in one write, or each alone where somebody was faster. */
async function markNotified(deps: LendingDeps, call_ids: readonly string[]): Promise<void> {
  const ids = [...new Set(call_ids)];
  if (ids.length === 0 || (await deps.store.tx("calls.notified", (tx) => markIn(tx, deps, ids)))) return;
  for (const id of ids) await deps.store.tx("call.notified", (tx) => markIn(tx, deps, [id]));
}

/** False, and nothing is written, when one of them changed meanwhile. */
async function markIn(tx: Tx, deps: LendingDeps, ids: readonly string[]): Promise<boolean> {
  const now = deps.clock.now();
  const found = await tx.find(tables.marginCall, { where: { id: { in: [...ids] } }, limit: ids.length });
  const open = found.filter(({ state }) => state === "open");
  if (open.length === 0) return true;
  const facilities = await facilitiesOf(
    tx,
    open.map(({ facility_id }) => facility_id),
  );
  const patch = { state: "notified" as const, note: "The notice was delivered.", updated_at: now };
  const updates = open.map(({ id, version }) => ({
    ...{ key: { id }, patch: { ...patch, version: version + 1 }, guard: { version } },
  }));
  if (!(await tx.writeMany([updateRows(tables.marginCall, updates)]))) return false;
  const events = open.flatMap((call) => {
    const facility = facilities.get(call.facility_id);
    const next = { ...call, ...patch };
    return facility === undefined
      ? []
      : [makeEvent(deps.ids, callEvent(factsOf(facility), next, call.state, "daemon", now))];
  });
  await tx.writeMany([insertRows(tables.event, events)]);
  return true;
}

function patchOf(row: CreditNoticeRow, error: string | null, now: Instant) {
  const attempts = row.attempts + 1;
  if (error === null) return { state: "delivered" as const, attempts, next_at: now, delivered_at: now, error: null };
  const state = attempts >= TRIES_MAX ? ("failed" as const) : ("queued" as const);
  return { state, attempts, next_at: now + WAIT_MS * 2 ** row.attempts, delivered_at: null, error };
}
