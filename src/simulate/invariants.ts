/**
 * What must hold, whatever went wrong. The checker reads the world's truth and the rows of the store, and decides with rules of
 * its own: it uses none of the daemon's code but the names of the states.
 */
import type { ReadTx } from "../store/index.ts";
import { tables } from "../store/index.ts";
import { EDGES, TERMINAL, type TransferRow } from "../transfers/index.ts";
import { isInsideEnvelope } from "./check_envelopes.ts";
import { PRICE_TOLERANCE_PPM } from "./price_feeds.ts";
import { bandText, isInBand } from "./rest.ts";
import { AUTHORITY } from "./sim_config.ts";
import type { Simulation } from "./simulation.ts";
import type { Effect } from "./world_types.ts";

const ROWS_MAX = 10_000;
/** Transactions after which a transfer may have ended. */
const ENDINGS: ReadonlySet<string> = new Set([
  "transfer.settle",
  "transfer.fail",
  "transfer.refused",
  "transfer.expire",
]);
const LEAVES_CUSTODY: ReadonlySet<string> = new Set(["reserve_to_liquidity", "reserve_to_payee"]);
const FREEZE_MS_MAX = 1_000;
/** From the last look at the expiry to the request that leaves. */
const SEND_MS_MAX = 1_000;
const CLOSED_WITHOUT_EFFECT: ReadonlySet<string> = new Set(["failed", "denied", "expired", "cancelled"]);

/** Called when money is about to move: intent, quorum and mode as they are in the store at this very moment. */
export async function checkEffect(simulation: Simulation, effect: Effect): Promise<void> {
  const { world, truth } = simulation;
  const same = world.effects.filter(({ plan_id, status }) => plan_id === effect.plan_id && status !== "failed");
  if (same.length > 1) simulation.tally.violate("double_payment", `${effect.plan_id} moved ${same.length} times`);
  await truth.read("check.effect", async (tx) => {
    const row = await tx.get(tables.transfer, { id: effect.plan_id });
    if (row === undefined || (row.prepared === null && !effect.by_others)) {
      simulation.tally.violate("no_durable_intent", effect.plan_id);
      return;
    }
    if (CLOSED_WITHOUT_EFFECT.has(row.state)) simulation.tally.violate("effect_after_end", `${row.id} is ${row.state}`);
    if (effect.by_others) simulation.faults.note("paid_by_others");
    if (effect.amount !== row.amount) simulation.tally.violate("wrong_amount", row.id);
    if (effect.from.account !== row.from_wallet) simulation.tally.violate("wrong_source", row.id);
    checkPolicy(simulation, effect, row);
    if (effect.to.key !== `${row.plan.to.venue}/${row.plan.to.wallet}`)
      simulation.tally.violate("wrong_destination", row.id);
    // What others executed has its owners' signatures, or this world had refused it; a vote that was lost on its way is one all the same.
    if (effect.by_others) return;
    if (!(await isInsideEnvelope(simulation, tx, row, effect))) await checkQuorum(simulation, tx, row);
  });
}

/** What the policy forbids, read from the configuration as it was given, whatever the daemon made of it. */
function checkPolicy(simulation: Simulation, effect: Effect, row: TransferRow): void {
  const { tally, config } = simulation;
  const [pool] = config.pools;
  if (pool === undefined) return;
  const { move_max, wallet_floors } = pool.policy;
  if (effect.amount > move_max) tally.violate("above_move_max", row.id);
  if (effect.fee > row.fee_max) tally.violate("fee_above_cap", row.id);
  // Only wallets that no customer draws on: of the others nobody can say who went below.
  if (!effect.from.hot && effect.from.total - effect.from.locked < (wallet_floors[row.from_wallet] ?? 0n)) {
    tally.violate("below_floor", row.id);
  }
}

/** Rolling limits of what leaves custody, counted from what really moved: what its venue refused to move gives its room back. */
function checkWindows(simulation: Simulation, rows: readonly TransferRow[]): void {
  const moved = new Set(
    simulation.world.effects.filter(({ status }) => status !== "failed").map(({ plan_id }) => plan_id),
  );
  const refills = rows.filter(({ id, direction }) => LEAVES_CUSTODY.has(direction) && moved.has(id));
  for (const { policy } of simulation.config.pools) {
    for (const { window_ms, amount_max, count_max } of policy.windows) {
      for (const { created_at } of refills) {
        const inside = refills.filter((row) => row.created_at <= created_at && row.created_at > created_at - window_ms);
        const sum = inside.reduce((total, { amount }) => total + amount, 0n);
        if (sum > amount_max || inside.length > count_max) simulation.tally.violate("window_exceeded", String(sum));
      }
    }
  }
}

/** Called when a request leaves the daemon. */
export async function checkSubmit(simulation: Simulation, plan_id: string): Promise<void> {
  await simulation.truth.read("check.submit", async (tx) => {
    const row = await tx.get(tables.transfer, { id: plan_id });
    if (row === undefined || row.prepared === null || !["submitting", "submitted"].includes(row.state)) {
      simulation.tally.violate("no_durable_intent", `${plan_id} is ${row?.state ?? "absent"} while it is sent`);
    }
    // Written by one clock, looked at by another.
    const skew_ms = 2 * simulation.skew_ms_max;
    const age_ms = simulation.clock.now() - (row?.created_at ?? 0);
    if (age_ms > simulation.config.authority.approval_lifetime_ms + SEND_MS_MAX + skew_ms) {
      simulation.tally.violate("sent_after_expiry", plan_id);
    }
    const mode = (await tx.get(tables.control, { name: "mode" }))?.value as
      | { mode?: string; since?: number }
      | undefined;
    const frozen_ms = simulation.clock.now() - (mode?.since ?? 0);
    if (mode?.mode === "frozen" && frozen_ms > FREEZE_MS_MAX + skew_ms)
      simulation.tally.violate("submit_while_frozen", plan_id);
  });
}

async function checkQuorum(simulation: Simulation, tx: ReadTx, row: TransferRow): Promise<void> {
  if (!LEAVES_CUSTODY.has(row.direction)) return;
  const votes = await tx.find(tables.approval, { where: { object_id: row.id, digest: row.digest }, limit: ROWS_MAX });
  const yes = new Set(votes.filter(({ vote }) => vote === "approve").map(({ person_id }) => person_id));
  yes.delete(row.plan.initiator.replace("person:", ""));
  const needed = Math.max(...AUTHORITY.tiers.map((tier) => tier.approvals_needed));
  const before = (row.prepared?.prepared_at ?? 0) - 2 * simulation.skew_ms_max;
  const denied = votes.some(({ vote, at }) => vote === "deny" && at < before);
  if (yes.size < needed || denied) simulation.tally.violate("no_quorum", `${row.id} has ${yes.size} of ${needed}`);
}

/** At any quiet moment: the world's books, our books, and every row. */
export async function checkAlways(simulation: Simulation): Promise<void> {
  simulation.world.assertConserved();
  await simulation.truth.read("check.always", async (tx) => {
    const rows = await tx.find(tables.transfer, { limit: ROWS_MAX });
    checkPairs(simulation, rows, await takenBack(simulation, tx));
    for (const row of rows) checkRow(simulation, row);
    await checkCalls(simulation, tx, rows);
    await checkAccounts(simulation, tx);
  });
}

/** Called when a transaction of the daemon is written: nothing ends as what it is not, not even for a moment. */
export async function checkWritten(simulation: Simulation, label: string): Promise<void> {
  if (label === "leader.lease") return checkLead(simulation);
  if (!ENDINGS.has(label)) return;
  await simulation.truth.read("check.written", async (tx) => {
    const rows = await tx.find(tables.transfer, { where: { state: { in: [...TERMINAL] } }, limit: ROWS_MAX });
    for (const row of rows) checkRow(simulation, row);
  });
}

/** In the database's own time nobody takes the lead from one whose time is not over, whatever the clocks of processes say. */
async function checkLead(simulation: Simulation): Promise<void> {
  if (simulation.skew_ms_max === 0) return;
  const { tally, lead } = simulation;
  await simulation.truth.read("check.lead", async (tx) => {
    const [row, now] = [await tx.get(tables.lease, { name: "daemon" }), await tx.now()];
    if (row === undefined) return;
    if (lead.owner !== null && lead.owner !== row.owner && lead.until > now) {
      tally.violate("lead_taken_early", `${row.owner} from ${lead.owner}, ${lead.until - now} ms before its end`);
    }
    Object.assign(lead, { owner: row.owner, until: row.until });
  });
}

function checkRow(simulation: Simulation, row: TransferRow): void {
  const effects = simulation.world.effects.filter(({ plan_id, status }) => plan_id === row.id && status !== "failed");
  if (CLOSED_WITHOUT_EFFECT.has(row.state) && effects.length > 0) {
    simulation.tally.violate("ended_with_effect", `${row.id} is ${row.state} and moved`);
  }
  const [effect] = effects;
  // What a network forgets after it was final is on its way once more, and was there.
  if (row.state === "settled" && effect?.arrived !== true && effect?.reorged !== true)
    simulation.tally.violate("settled_without_effect", row.id);
}

/** Never both ways at once, and one way only beside what people approved in advance. */
function checkPairs(simulation: Simulation, rows: readonly TransferRow[], back: ReadonlySet<string>): void {
  const taken = new Map<string, Set<string>>();
  for (const { from_wallet, to_wallet, plan } of rows.filter(
    ({ id, state }) => !TERMINAL.has(state) && !back.has(id),
  )) {
    const pair = [from_wallet, to_wallet].sort().join(" ");
    const lane = plan.envelope === undefined ? "slow" : "expedited";
    const others = taken.get(pair) ?? new Set();
    const opposite = [...others].some((other) => !other.startsWith(`${from_wallet} `));
    if (opposite || others.has(`${from_wallet} ${lane}`)) simulation.tally.violate("pair_taken_twice", pair);
    taken.set(pair, others.add(`${from_wallet} ${lane}`));
  }
}

/**
 * What its network took back after the books had settled it is open again, beside what was rightly planned meanwhile. What was never
 * settled in the books was open all the time, whatever its network did.
 */
async function takenBack({ world }: Simulation, tx: ReadTx): Promise<ReadonlySet<string>> {
  const back = new Set<string>();
  for (const { plan_id, reorged } of world.effects) {
    const settled = reorged && (await tx.count(tables.posting, { ref: plan_id, kind: "transfer_settled" })) > 0;
    if (settled) back.add(plan_id);
  }
  return back;
}

async function checkAccounts(simulation: Simulation, tx: ReadTx): Promise<void> {
  let sum = 0n;
  for (const { id, side, posted, held } of await tx.find(tables.account, { limit: ROWS_MAX })) {
    if (posted < 0n || held < 0n) simulation.tally.violate("negative_account", id);
    sum += side === "debit" ? posted : -posted;
  }
  if (sum !== 0n) simulation.tally.violate("books_unbalanced", sum.toString());
}

/** After the faults ended and everything had time to finish. */
export async function checkEnd(simulation: Simulation): Promise<void> {
  await checkAlways(simulation);
  await simulation.truth.read("check.end", async (tx) => {
    const rows = await tx.find(tables.transfer, { limit: ROWS_MAX });
    for (const row of rows) await checkHistory(simulation, tx, row);
    for (const row of rows) {
      if (row.state === "submitting" || row.state === "submitted" || row.state === "approved") {
        simulation.tally.violate("not_finished", `${row.id} is still ${row.state}: ${row.note_code}`);
      }
    }
    checkWindows(simulation, rows);
    checkLiveness(simulation, rows);
    await checkPrices(simulation, tx);
    await checkWallets(simulation, tx, rows);
    await checkBreaks(simulation, tx, rows);
  });
}

/**
 * Nothing waits for people whom nobody called. What was held in the moment that ended it (owners had signed) is looked at next, and
 * people are called with what that look finds; until it is due, or its process is back, nobody waits yet.
 */
async function checkCalls(simulation: Simulation, tx: ReadTx, rows: readonly TransferRow[]): Promise<void> {
  const now = simulation.clock.now();
  const unlooked = ({ note_code, next_at }: TransferRow): boolean =>
    note_code?.endsWith("_signed") === true && next_at !== null && next_at <= now + simulation.skew_ms_max;
  for (const { id } of rows.filter((row) => row.state === "held" && !unlooked(row))) {
    const calls = await tx.find(tables.event, { where: { ref: id, kind: "alert.raised" }, limit: ROWS_MAX });
    const paged = calls.some(({ payload }) => (payload as { severity?: string }).severity === "page");
    if (!paged) simulation.tally.violate("held_and_nobody_called", id);
  }
}

/** Liveness: people who know the truth ended what was held, and the pool is inside its band. */
function checkLiveness(simulation: Simulation, rows: readonly TransferRow[]): void {
  const held = rows.filter(({ state }) => state === "held");
  for (const { id } of held) simulation.tally.violate("held_in_spite_of_people", id);
  if (held.length === 0 && !isInBand(simulation)) simulation.tally.violate("outside_band", bandText(simulation));
}

/** A price that counted was near the truth, whatever one liar said. */
async function checkPrices(simulation: Simulation, tx: ReadTx): Promise<void> {
  if (simulation.price_sources.length === 0) return;
  for (const { id, snapshot } of await tx.find(tables.decision, { limit: ROWS_MAX })) {
    const { price } = snapshot as unknown as { price: { status: string; price: { num: string; den: string } | null } };
    if (price.status !== "fresh" || price.price === null) continue;
    // A quote of one dollar is 100 cents; the distance in millionths, in whole numbers.
    const [cents, den] = [BigInt(price.price.num), BigInt(price.price.den)];
    const distance = cents - 100n * den;
    if ((distance < 0n ? -distance : distance) * 1_000_000n > 100n * den * PRICE_TOLERANCE_PPM) {
      simulation.tally.violate("wrong_price_used", id);
    }
  }
}

/** Books equal the venues, corrected by what is still open, which only `held` can be. */
async function checkWallets(simulation: Simulation, tx: ReadTx, rows: readonly TransferRow[]): Promise<void> {
  for (const account of simulation.world.accounts.values()) {
    const posted = (await tx.get(tables.account, { id: `wallet/${account.account}/USDT` }))?.posted ?? 0n;
    let expected = account.total;
    for (const row of rows.filter(({ state }) => state === "held")) {
      const effect = simulation.world.effects.find(({ plan_id, left }) => plan_id === row.id && left);
      if (effect === undefined || row.submitted_at !== null) continue;
      if (row.from_wallet === account.account) expected += effect.amount + effect.fee;
      if (row.to_wallet === account.account && effect.arrived) expected -= effect.amount;
    }
    if (posted !== expected) {
      simulation.tally.violate("books_differ_from_venue", `${account.key}: books ${posted}, venue ${expected}`);
    }
  }
}

/** When nothing is open and the venues are quiet, no wallet may be left unexplained. */
async function checkBreaks(simulation: Simulation, tx: ReadTx, rows: readonly TransferRow[]): Promise<void> {
  if (rows.some(({ state }) => !TERMINAL.has(state))) return;
  for (const { wallet_id, difference } of await tx.find(tables.breaks, {
    where: { closed_at: null },
    limit: ROWS_MAX,
  })) {
    simulation.tally.violate("break_left_open", `${wallet_id} by ${difference}`);
  }
}

/** One event per change of state, each going on from the one before, along an edge, and none after the end. */
async function checkHistory(simulation: Simulation, tx: ReadTx, row: TransferRow): Promise<void> {
  const events = await tx.find(tables.event, {
    where: { ref: row.id, kind: { in: ["transfer.planned", "transfer.state"] } },
    order_by: [["id", "asc"]],
    limit: ROWS_MAX,
  });
  const [planned, ...changes] = events;
  if (planned?.kind !== "transfer.planned") simulation.tally.violate("no_event", row.id);
  let state = "planned";
  let settled = false;
  for (const { payload } of changes) {
    const { from_state, to_state } = payload as { from_state: string; to_state: string };
    const known = EDGES.some((edge) => edge.from === from_state && edge.to === to_state);
    if (from_state !== state || !known)
      simulation.tally.violate("broken_history", `${row.id}: ${state}, ${from_state} to ${to_state}`);
    if (settled && from_state !== "held" && to_state === "failed")
      simulation.tally.violate("settled_then_failed", row.id);
    settled ||= to_state === "settled";
    state = to_state;
  }
  if (state !== row.state)
    simulation.tally.violate("state_without_event", `${row.id} is ${row.state}, its events say ${state}`);
}
