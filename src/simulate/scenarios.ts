/**
 * Stories with names, small enough to be told once for every point at which a process can die. Two wallets, one venue that
 * pays, and exactly the trouble the name speaks of.
 */
import { tables } from "../store/index.ts";
import type { TransferRow, TransferState } from "../transfers/index.ts";
import { unfreeze } from "./approvers.ts";
import type { Simulation } from "./simulation.ts";
import type { Scenario } from "./types.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const UNIT = 1_000_000n;
/** How often somebody in a story looks for what he waits for. */
const LOOK_MS = 2 * MINUTE_MS;

/** More in hot wallets than the policy wants. */
const rich = (hot: string, custody = "northvault-usdt") => ({ [hot]: 300_000n, [custody]: 700_000n });
/** Less than it wants. */
const poor = (custody: string, hot = "exchange-usdt") => ({ [hot]: 30_000n, [custody]: 970_000n });

const sweep = { hours: 1, wallets: rich("exchange-usdt"), strikes: {}, reaches: ["settled"] } as const;
const refill = { hours: 2, wallets: poor("northvault-usdt"), strikes: {}, reaches: ["settled"] } as const;

export const SCENARIOS: readonly Scenario[] = [
  { ...sweep, name: "sweep" },
  { ...sweep, name: "sweep of a chain wallet", wallets: rich("chain-usdt") },
  { ...refill, name: "refill with a quorum" },
  { ...sweep, name: "key refused on reuse, lost reply", strikes: { lost_reply: 1 } },
  { ...refill, name: "key replayed on reuse, lost request", strikes: { lost_request: 1 } },
  { ...refill, name: "no key, lost reply", wallets: poor("oldvault-usdt"), strikes: { lost_reply: 1 } },
  {
    ...refill,
    name: "no key, lost request",
    wallets: poor("oldvault-usdt"),
    strikes: { lost_request: 1 },
    reaches: ["held"],
  },
  {
    ...refill,
    name: "no key, late execution",
    wallets: poor("oldvault-usdt"),
    strikes: { late_execution: 1 },
    reaches: ["submitted", "settled"],
  },
  { ...sweep, name: "signed transaction, late execution", wallets: rich("chain-usdt"), strikes: { late_execution: 1 } },
  { ...refill, name: "approval at the venue", hours: 4, quiet_hours: 10, wallets: poor("southvault-usdt") },
  {
    ...refill,
    name: "denied at the venue",
    hours: 4,
    quiet_hours: 14,
    wallets: poor("southvault-usdt"),
    strikes: { venue_denies: 1 },
    reaches: ["failed"],
  },
  {
    ...refill,
    name: "changed at the venue",
    hours: 4,
    quiet_hours: 14,
    wallets: poor("southvault-usdt"),
    strikes: { tampered_at_venue: 1 },
    reaches: ["held", "failed", "settled"],
  },
  {
    ...refill,
    name: "forgotten after it was final",
    strikes: { reorg_after_final: 1 },
  },
  {
    ...sweep,
    name: "taken back by its chain after it settled",
    hours: 2,
    quiet_hours: 6,
    wallets: rich("chain-usdt"),
    strikes: { reorg_after_final: 1 },
    reaches: ["submitted", "settled"],
  },
  { ...sweep, name: "refused by the venue", strikes: { venue_refuses: 1 }, reaches: ["failed", "settled"] },
  { ...refill, name: "denied by a person", strikes: { denied_by_person: 1 }, reaches: ["denied"] },
  {
    ...refill,
    name: "nobody votes",
    strikes: { no_vote: Number.MAX_SAFE_INTEGER },
    approval_lifetime_ms: 2 * HOUR_MS,
    reaches: ["expired"],
  },
  {
    ...refill,
    name: "cancelled while it waits",
    begin: (simulation) => onceThereIs(simulation, "awaiting_approval", ({ id }) => cancel(simulation, id)),
    reaches: ["cancelled"],
  },
  {
    ...refill,
    name: "frozen in flight",
    begin: (simulation) =>
      onceThereIs(simulation, "submitted", async () => {
        await simulation.ask((treasury) => treasury.freeze("person:ben", "drill"));
        simulation.clock.after(HOUR_MS, () => void unfreeze(simulation));
      }),
  },
  { ...refill, name: "a second instance", begin: (simulation) => simulation.restart("two") },
  {
    ...refill,
    name: "a hash that is replaced",
    wallets: poor("northvault-usdt", "chain-usdt"),
    strikes: { replaced_hash: 1 },
  },
  {
    ...refill,
    name: "superseded by a flood of deposits",
    strikes: { no_vote: 6 },
    begin: (simulation) => onceThereIs(simulation, "awaiting_approval", async () => flood(simulation)),
    reaches: ["cancelled", "settled"],
  },
];

/** Looks again and again until a transfer is in `state`, then does `work` once. */
function onceThereIs(simulation: Simulation, state: TransferState, work: (row: TransferRow) => Promise<void>): void {
  const { clock, faults, truth } = simulation;
  const look = async (): Promise<void> => {
    if (!faults.on) return;
    const [row] = await truth.read("story", (tx) => tx.find(tables.transfer, { where: { state }, limit: 1 }));
    if (row === undefined) onceThereIs(simulation, state, work);
    else await work(row);
  };
  clock.after(LOOK_MS, () => void look());
}

function cancel(simulation: Simulation, id: string): Promise<void> {
  return simulation.ask((treasury) => treasury.cancelTransfer(id, "person:chen", "not needed"));
}

/** Customers bring so much that a refill makes no sense any more. */
function flood(simulation: Simulation): void {
  for (const account of simulation.world.accounts.values()) {
    if (account.hot) simulation.world.flow(account, 300_000n * UNIT);
  }
}
