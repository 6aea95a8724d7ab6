/**
 * People who approve refills in advance: one proposes an envelope, the others vote on it, and now and then somebody takes it back.
 * What they agreed on stands in a notebook of their own, and the checker counts every payment by that, not by the store.
 */
import type { Person } from "../authority/types.ts";
import { tables } from "../store/index.ts";
import { signVote } from "./approvers.ts";
import { between, createStream } from "./seeded_random.ts";
import type { Simulation } from "./simulation.ts";

const HOUR_MS = 3_600_000;
const UNIT = 1_000_000n;
const PROPOSE_MS: readonly [number, number] = [HOUR_MS, 12 * HOUR_MS];
const LIFETIME_MS: readonly [number, number] = [3 * HOUR_MS, 30 * HOUR_MS];
const REVOKE_MS: readonly [number, number] = [HOUR_MS, 20 * HOUR_MS];
const OPEN_MAX = 50;

export interface EnvelopeNote {
  readonly id: string;
  readonly proposed_by: string;
  /** Base units: of one payment, and of all together. */
  readonly amount_max: bigint;
  readonly amount_total: bigint;
  readonly count_max: number;
  readonly valid_until: number;
  /** People who said yes. */
  readonly approvals: Set<string>;
  /** When somebody had taken it back, or said no. */
  ended_at: number | null;
}

/** Some seeds have people who plan ahead. */
export function startEnvelopes(simulation: Simulation): void {
  const random = createStream(simulation.options.seed, "envelopes");
  const people = simulation.config.authority.people;
  const next = (): void => {
    simulation.clock.after(between(random, ...PROPOSE_MS), () => {
      const person = people[between(random, 0, people.length - 1)];
      if (person !== undefined && simulation.faults.strikes("envelope_planned"))
        void propose(simulation, person, random);
      next();
    });
  };
  next();
}

async function propose(simulation: Simulation, person: Person, random: ReturnType<typeof createStream>): Promise<void> {
  const { clock, config, envelopes, faults } = simulation;
  const [pool] = config.pools;
  if (pool === undefined) return;
  const amount_max = BigInt(between(random, 20_000, 400_000)) * UNIT;
  const amount_total = amount_max + BigInt(between(random, 0, 600_000)) * UNIT;
  const terms = {
    amount_max,
    amount_total,
    count_max: between(random, 1, 4),
    valid_until: clock.now() + between(random, ...LIFETIME_MS),
  };
  const revoke_after_ms = between(random, ...REVOKE_MS);
  await simulation.ask(async (treasury) => {
    const { id } = await treasury.proposeEnvelope({
      ...terms,
      pool_id: pool.id,
      from_wallets: pool.reserve.filter((id) => !isOwned(simulation, id)),
      to_wallets: pool.liquidity,
      valid_from: clock.now(),
      reason: "The weekend.",
      proposed_by: `person:${person.id}`,
    });
    envelopes.set(id, { ...terms, id, proposed_by: person.id, approvals: new Set(), ended_at: null });
    if (faults.strikes("envelope_revoked")) clock.after(revoke_after_ms, () => void revoke(simulation, id, person));
  });
}

/** Its owners have to sign every payment anew: nothing can be approved for it in advance. */
function isOwned({ config, world }: Simulation, wallet_id: string): boolean {
  const wallet = config.wallets.find(({ id }) => id === wallet_id);
  return wallet !== undefined && world.spec(wallet.venue).owners_sign;
}

async function revoke(simulation: Simulation, id: string, person: Person): Promise<void> {
  await simulation.ask(async (treasury) => {
    await treasury.revokeEnvelope(id, `person:${person.id}`, "Not needed any more.");
    end(simulation, id);
  });
}

function end({ envelopes, clock }: Simulation, id: string): void {
  const note = envelopes.get(id);
  if (note !== undefined) note.ended_at ??= clock.now();
}

/** What `person` does about the envelopes that wait for votes. */
export async function voteOnEnvelopes(simulation: Simulation, person: Person): Promise<void> {
  const { looks, faults, envelopes, clock } = simulation;
  if (envelopes.size === 0) return;
  const open = await looks.rows("envelopes", tables.envelope, (tx) =>
    tx.find(tables.envelope, { where: { state: "open" }, order_by: [["id", "asc"]], limit: OPEN_MAX }),
  );
  for (const { id, digest, valid_until } of open) {
    const note = envelopes.get(id);
    if (note === undefined || note.proposed_by === person.id || valid_until <= clock.now()) continue;
    const vote = faults.strikes("denied_by_person") ? "deny" : "approve";
    if (vote === "approve") note.approvals.add(person.id);
    await simulation.ask(async (treasury) => {
      await treasury.voteOnEnvelope(signVote(person, { object_kind: "envelope", object_id: id, digest, vote }));
      if (vote === "deny") end(simulation, id);
    });
  }
}
