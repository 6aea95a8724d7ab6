import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ed25519SignerFromSeed, ed25519Verifier } from "../system/index.ts";
import { parseWitnessKey, verifyCosignature, witnessKey } from "./cosignature.ts";
import {
  appendLeaf,
  consistencyProof,
  consistencySince,
  EMPTY_FRONTIER,
  type Hash,
  leafHash,
  merkleRoot,
} from "./merkle.ts";
import { checkpointText, signNote, verifierKey } from "./note.ts";
import { judgeSubmission, parseSubmission, printSubmission } from "./submission.ts";

const LOG = ed25519SignerFromSeed("11".repeat(32));
const WITNESS = ed25519SignerFromSeed("22".repeat(32));
const ORIGIN = "tidegate/acme";
const NAME = "witness.example";
const NOW = 1_679_315_147_000;

const leaves = (count: number, tag = "leaf"): Hash[] =>
  Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`${tag} ${at}`)));
const noteOf = (tree: readonly Hash[], signer = LOG, origin = ORIGIN) =>
  signNote(checkpointText({ origin, size: tree.length, root: merkleRoot(tree) }), origin, signer);

/** A witness that keeps what it signs. */
function openWitness() {
  const kept = new Map<string, string>();
  const submit = async (body: string) => {
    const reply = await judgeSubmission(body, {
      logs: [verifierKey(ORIGIN, LOG.public_key)],
      name: NAME,
      signer: WITNESS,
      verifier: ed25519Verifier,
      last: async (origin) => kept.get(origin) ?? null,
      now: () => NOW,
    });
    if (reply.keep !== null) kept.set(reply.keep.origin, reply.keep.note);
    return reply;
  };
  const add = async (tree: readonly Hash[], old_size: number, proof = consistencyProof(tree, old_size)) =>
    submit(printSubmission({ old_size, proof, note: await noteOf(tree) }));
  return { kept, submit, add };
}

describe("consistency from the tree of then and the leaves since", () => {
  it("is what all leaves would prove", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 0, max: 80 }), (first, more) => {
        const all = leaves(first + more);
        const then = all.slice(0, first).reduce(appendLeaf, EMPTY_FRONTIER);
        expect(consistencySince(then, all.slice(first))).toEqual(consistencyProof(all, first));
      }),
    );
  });
});

describe("a submission", () => {
  it("is read as it was written, and nothing else is one", async () => {
    const submission = { old_size: 3, proof: leaves(2), note: await noteOf(leaves(5)) };
    expect(parseSubmission(printSubmission(submission))).toEqual(submission);
    for (const wrong of ["", "old\n\nx", "old -1\n\nx", "old 01\n\nx", "old 1\nzz\n\nx", "size 1\n\nx"]) {
      expect(() => parseSubmission(wrong)).toThrow("no submission");
    }
    const long = printSubmission({ ...submission, proof: leaves(64) });
    expect(() => parseSubmission(long)).toThrow("no submission");
  });
});

describe("a witness", () => {
  it("signs the first tree, the same again, and each that continues it; its key and its time are in what it signs", async () => {
    const { add } = openWitness();
    const key = parseWitnessKey(witnessKey(NAME, WITNESS.public_key));
    for (const [size, old_size] of [
      [3, 0],
      [3, 3],
      [8, 3],
      [21, 8],
    ] as const) {
      const { status, body } = await add(leaves(size), old_size);
      expect(status).toBe(200);
      const note = (await noteOf(leaves(size))) + body;
      expect(await verifyCosignature(note, key, ed25519Verifier)).toBe(NOW / 1_000);
      const other = parseWitnessKey(witnessKey(NAME, LOG.public_key));
      expect(await verifyCosignature(note, other, ed25519Verifier)).toBeNull();
      const forged = note.replace(`\n${size}\n`, `\n${size + 1}\n`);
      expect(await verifyCosignature(forged, key, ed25519Verifier)).toBeNull();
    }
  });

  it("signs no other history, no smaller tree, and nothing without its proof", async () => {
    const { add, kept } = openWitness();
    await add(leaves(8), 0);
    const before = new Map(kept);
    expect(await add(leaves(12, "other"), 8)).toMatchObject({ status: 422 });
    expect(await add(leaves(12), 8, [])).toMatchObject({ status: 422 });
    expect(await add(leaves(8, "other"), 8)).toMatchObject({ status: 409 });
    expect(await add(leaves(5), 8, [])).toMatchObject({ status: 400 });
    expect(await add(leaves(5), 5)).toEqual({ status: 409, content_type: "text/x.tlog.size", body: "8\n", keep: null });
    expect(await add(leaves(12), 0)).toMatchObject({ status: 409, body: "8\n" });
    expect(kept).toEqual(before);
    expect(await add(leaves(12), 8)).toMatchObject({ status: 200 });
  });

  it("knows whose logs it signs: another log, another key, and noise are refused", async () => {
    const { submit, kept } = openWitness();
    const body = async (origin: string, signer = LOG) =>
      printSubmission({ old_size: 0, proof: [], note: await noteOf(leaves(3), signer, origin) });
    expect(await submit(await body("tidegate/other"))).toMatchObject({ status: 404 });
    expect(await submit(await body(ORIGIN, WITNESS))).toMatchObject({ status: 403 });
    expect(await submit("hello")).toMatchObject({ status: 400 });
    expect(
      await submit(printSubmission({ old_size: 0, proof: leaves(1), note: await noteOf(leaves(3)) })),
    ).toMatchObject({
      status: 422,
    });
    expect(kept.size).toBe(0);
  });
});
