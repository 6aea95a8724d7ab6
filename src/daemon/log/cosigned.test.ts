import { describe, expect, it } from "vitest";
import {
  type CheckpointRow,
  judgeSubmission,
  logOrigin,
  parseWitnessKey,
  printSubmission,
  sizeOfNote,
  verifierKey,
  verifyCosignature,
  verifyLog,
  type Witness,
  type WitnessReply,
  witnessKey,
} from "../../audit/index.ts";
import { tables } from "../../store/index.ts";
import { ed25519SignerFromSeed, ed25519Verifier } from "../../system/ed25519.ts";
import { type Bench, HOUR, openBench } from "../suite_daemon.ts";

const log_signer = ed25519SignerFromSeed("07".repeat(32));
const own_key = ed25519SignerFromSeed("08".repeat(32));
const key = parseWitnessKey(witnessKey("witness.example", own_key.public_key));

/** The judgement of a witness on another machine, without the line between. */
function signingWitness(origin: string) {
  const replies: WitnessReply[] = [];
  let note: string | null = null;
  const witness: Witness = {
    id: "elsewhere",
    outside: true,
    latest: async () => (note === null ? null : { note, frontier: null }),
    publish: async (checkpoint, { prove }) => {
      const old_size = note === null ? 0 : sizeOfNote(note);
      const proof = await prove(old_size, null);
      const reply = await judgeSubmission(printSubmission({ old_size, proof, note: checkpoint.note }), {
        logs: [verifierKey(origin, log_signer.public_key)],
        ...{ name: key.name, signer: own_key, verifier: ed25519Verifier, now: () => 1_700_000_000_000 },
        last: async () => note,
      });
      replies.push(reply);
      if (reply.keep === null) throw new Error(`refused: ${reply.body}`);
      note = reply.keep.note;
      return reply.body;
    },
  };
  return { witness, replies };
}

async function live(bench: Bench, witness: Witness, name: string, hours: number) {
  const treasury = bench.start(name, (deps) => ({
    ...deps,
    log_signer,
    verifier: async (input) => (await ed25519Verifier(input)) || (await deps.verifier(input)),
    witnesses: [witness],
  }));
  for (let hour = 0; hour < hours; hour += 1) {
    await bench.finish(treasury.cycleOnce());
    await bench.pass(HOUR);
    bench.flow("exchange", hour % 2 === 0 ? 11 : -7);
  }
  return treasury;
}

const checkpoints = (bench: Bench): Promise<CheckpointRow[]> =>
  bench.tx((tx) => tx.find(tables.checkpoint, { order_by: [["size", "asc"]], limit: 100 }));

describe("a witness that signs", () => {
  it("gets each checkpoint with its proof; what it signs stands beside the log's own signature and verifies", async () => {
    const bench = openBench();
    const { witness, replies } = signingWitness(logOrigin(bench.config.name));
    await live(bench, witness, "one", 6);
    // A new lead, and a process that remembers nothing.
    await live(bench, witness, "two", 4);
    expect(replies.length).toBeGreaterThan(5);
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    const rows = await checkpoints(bench);
    expect(rows).toHaveLength(replies.length);
    for (const { note } of rows) expect(await verifyCosignature(note, key, ed25519Verifier)).toBe(1_700_000_000);
    const events = await bench.tx((tx) =>
      tx.find(tables.event, { where: { seq: { gte: 0 } }, order_by: [["seq", "asc"]], limit: 10_000 }),
    );
    const last = rows.at(-1) as CheckpointRow;
    const report = await verifyLog({
      records: [
        ...events.slice(0, last.size).map((event) => ({ record: "event" as const, event })),
        { record: "checkpoint" as const, note: last.note },
      ],
      verifier_key: verifierKey(logOrigin(bench.config.name), log_signer.public_key),
      verifier: ed25519Verifier,
    });
    expect(report).toMatchObject({ ok: true, signed_size: last.size });
  });

  it("stops a copy of the database that went another way, as every witness does", async () => {
    const bench = openBench();
    const { witness, replies } = signingWitness(logOrigin(bench.config.name));
    await live(bench, witness, "one", 6);
    const seen = replies.length;
    const copy = openBench();
    const treasury = await live(copy, witness, "copy", 3);
    expect(await treasury.mode()).toBe("frozen");
    expect(replies).toHaveLength(seen);
    expect(await checkpoints(copy)).toEqual([]);
  });
});
