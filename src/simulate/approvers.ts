/** Three people who look in now and then: most vote, some late, some never, one in a while says no. */
import { signedBytes, voteMessage } from "../authority/index.ts";
import type { Person, SignedVote, Vote, VotePayload } from "../authority/types.ts";
import { tables } from "../store/index.ts";
import type { TransferRow } from "../transfers/index.ts";
import { voteOnEnvelopes } from "./envelopes.ts";
import { simulatedSignature } from "./owners.ts";
import { between } from "./seeded_random.ts";
import type { Simulation } from "./simulation.ts";

const LOOK_MS: readonly [number, number] = [600_000, 4 * 3_600_000];
const SCENARIO_LOOK_MS: readonly [number, number] = [300_000, 1_200_000];
const REQUESTS_MAX = 50;

export function startApprovers(simulation: Simulation): void {
  for (const person of simulation.config.authority.people) next(simulation, person);
}

export function signVote(person: Person, payload: VotePayload): SignedVote {
  const [key] = person.keys;
  const public_key = key?.public_key ?? "";
  return {
    payload,
    person_id: person.id,
    key_id: key?.key_id ?? "",
    scheme: "ed25519",
    signature: simulatedSignature(public_key, voteMessage(payload)),
  };
}

/** An owner's signature of the payment itself, which is out from now on. */
function signAsOwner(simulation: Simulation, person: Person, row: TransferRow, payload: VotePayload): SignedVote {
  const key = person.keys.find(({ scheme }) => scheme === "eip712_safe");
  const signature = simulatedSignature(key?.public_key ?? "", signedBytes(payload, row.signing));
  const { owner_signatures, world } = simulation;
  if (payload.vote === "approve" && row.signing !== null) {
    const given = [...(owner_signatures.get(row.id) ?? []), { signer: person.id, signature }];
    owner_signatures.set(row.id, given);
    world.ownersSigned(row.plan.from.venue, row.signing.hash, given);
  }
  return { payload, person_id: person.id, key_id: key?.key_id ?? "", scheme: "eip712_safe", signature };
}

function next(simulation: Simulation, person: Person): void {
  const { clock, random, end } = simulation;
  if (end.signal.aborted) return;
  const range = simulation.options.scenario === undefined ? LOOK_MS : SCENARIO_LOOK_MS;
  clock.after(between(random, ...range), () => {
    void look(simulation, person);
    void voteOnEnvelopes(simulation, person);
    next(simulation, person);
  });
}

async function look(simulation: Simulation, person: Person): Promise<void> {
  const waiting = await simulation.looks.rows("approvals", tables.transfer, (tx) =>
    tx.find(tables.transfer, {
      where: { state: "awaiting_approval" },
      order_by: [["id", "asc"]],
      limit: REQUESTS_MAX,
    }),
  );
  for (const row of waiting) {
    const { id, digest } = row;
    if (simulation.faults.strikes("cancelled_by_person", id)) {
      await simulation.ask((treasury) => treasury.cancelTransfer(id, `person:${person.id}`, "Not needed."));
      continue;
    }
    if (simulation.faults.strikes("no_vote")) continue;
    const vote: Vote = simulation.faults.strikes("denied_by_person") ? "deny" : "approve";
    const payload = { object_kind: "transfer", object_id: id, digest, vote } as const;
    const signed = row.signing === null ? signVote(person, payload) : signAsOwner(simulation, person, row, payload);
    const cast = () => simulation.ask((treasury) => treasury.castVote(signed));
    await (simulation.faults.strikes("double_vote") ? Promise.all([cast(), cast()]) : cast());
  }
}

/** Someone freezes now and then, and an admin resumes. */
export function startFreezes(simulation: Simulation): void {
  const { clock, random, end } = simulation;
  if (end.signal.aborted) return;
  clock.after(between(random, 3_600_000, 8 * 3_600_000), () => {
    void freezeForAWhile(simulation);
    startFreezes(simulation);
  });
}

async function freezeForAWhile(simulation: Simulation): Promise<void> {
  if (simulation.faults.strikes("freeze")) await simulation.ask((treasury) => treasury.freeze("person:ben", "drill"));
  await simulation.clock.sleep(between(simulation.random, 60_000, 5 * 3_600_000));
  await unfreeze(simulation);
}

export async function unfreeze(simulation: Simulation): Promise<void> {
  const admin = simulation.config.authority.people.find(({ roles }) => roles.includes("admin"));
  if (admin === undefined) return;
  await simulation.ask(async (treasury) => {
    const request = await treasury.resumeRequest("auto");
    if (request === null) return;
    const payload = {
      object_kind: "resume",
      object_id: request.object_id,
      digest: request.digest,
      vote: "approve",
    } as const;
    await treasury.resume("auto", signVote(admin, payload));
  });
}
