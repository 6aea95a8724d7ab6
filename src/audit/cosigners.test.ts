/** A verifier with keys of witnesses: how far each signed, and that enough of them signed the last checkpoint. */
import { beforeAll, describe, expect, it } from "vitest";
import { ed25519SignerFromSeed, ed25519Verifier } from "../system/ed25519.ts";
import { cosign, witnessKey } from "./cosignature.ts";
import type { CosignerDemand } from "./cosigners.ts";
import { type LogRecord, readLog } from "./export.ts";
import { emitAlert, testStore } from "./fixtures.ts";
import { parseNote, verifierKey } from "./note.ts";
import { sealOnce } from "./seal.ts";
import { verifyCheckpoint, verifyLog } from "./verify.ts";

const signer = ed25519SignerFromSeed("07".repeat(32));
const origin = "tidegate/test";
const verifier_key = verifierKey(origin, signer.public_key);
const witness = (name: string, seed: string) => {
  const own = ed25519SignerFromSeed(seed.repeat(32));
  return {
    key: witnessKey(name, own.public_key),
    sign: (note: string, time_s: number) => cosign(parseNote(note).text, time_s, name, own),
  };
};
const one = witness("one.example", "21");
const two = witness("two.example", "22");
const TIME_S = 1_700_000_000;

/** Checkpoints after 4 and after 9 events. */
let records: LogRecord[];
beforeAll(async () => {
  const world = testStore();
  const deps = { store: world.store, clock: world.clock, signer, origin, owner: "a" };
  for (let index = 0; index < 9; index += 1) {
    await emitAlert(world, `event ${index}`);
    if (index === 3) await sealOnce(deps);
  }
  await sealOnce(deps);
  records = [];
  for await (const record of readLog(world.store)) records.push(record);
});

/** The log with these lines at the end of its first and its second checkpoint. */
function withLines(...lines: readonly string[]): LogRecord[] {
  let at = 0;
  return records.map((record) => {
    if (record.record !== "checkpoint") return record;
    at += 1;
    return { ...record, note: record.note + (lines[at - 1] ?? "") };
  });
}
const noteOf = (number: number): string => {
  const found = records.filter((record) => record.record === "checkpoint")[number];
  return found?.record === "checkpoint" ? found.note : "";
};
const verify = (log: readonly LogRecord[], demand: CosignerDemand) =>
  verifyLog({ records: log, verifier_key, verifier: ed25519Verifier, ...demand });

describe("a log with cosignatures", () => {
  it("is genuine when every named witness signed its last checkpoint, and says when", async () => {
    const log = withLines("", (await one.sign(noteOf(1), TIME_S)) + (await two.sign(noteOf(1), TIME_S + 1)));
    expect(await verify(log, { witnesses: [one.key, two.key] })).toMatchObject({
      ...{ ok: true, cosigned: 2, required: 2 },
      witnesses: [
        { name: "one.example", size: 9, time_s: TIME_S },
        { name: "two.example", size: 9, time_s: TIME_S + 1 },
      ],
    });
  });

  it("fails when fewer signed the last checkpoint than are required, and says how far each went", async () => {
    const log = withLines(await two.sign(noteOf(0), TIME_S), await one.sign(noteOf(1), TIME_S));
    const report = await verify(log, { witnesses: [one.key, two.key] });
    expect(report).toMatchObject({ ok: false, cosigned: 1, witnesses: [{ size: 9 }, { size: 4 }] });
    expect(report.problems).toEqual([
      { code: "audit_too_few_witnesses", message: expect.stringContaining("two.example (up to event 4)") },
    ]);
    expect(await verify(log, { witnesses: [one.key, two.key], required: 1 })).toMatchObject({ ok: true, cosigned: 1 });
  });

  it.each([
    ["another checkpoint's", () => one.sign(noteOf(0), TIME_S)],
    ["a witness's that nobody named", () => two.sign(noteOf(1), TIME_S)],
    ["another key's under the same name", () => witness("one.example", "23").sign(noteOf(1), TIME_S)],
    ["nobody's", async () => ""],
  ])("counts no signature that is %s", async (_, line) => {
    const report = await verify(withLines("", await line()), { witnesses: [one.key] });
    expect(report).toMatchObject({ ok: false, cosigned: 0, problems: [{ code: "audit_too_few_witnesses" }] });
  });

  it("counts a witness once, however often it is named or signs", async () => {
    const twice = (await one.sign(noteOf(1), TIME_S)) + (await one.sign(noteOf(1), TIME_S + 1));
    const report = await verify(withLines("", twice), { witnesses: [one.key, one.key], required: 2 });
    expect(report).toMatchObject({ ok: false, cosigned: 1, witnesses: [{ name: "one.example" }] });
  });

  it("regression: counts a key that is named by two names once", async () => {
    const log = withLines("", await one.sign(noteOf(1), TIME_S));
    const report = await verify(log, { witnesses: [one.key, witness("other.example", "21").key], required: 2 });
    expect(report).toMatchObject({ ok: false, cosigned: 1, required: 2 });
    expect(report.witnesses).toHaveLength(1);
  });

  it("is not saved by its witnesses when it was changed", async () => {
    const log = withLines("", await one.sign(noteOf(1), TIME_S)).filter((_, at) => at !== 2);
    expect((await verify(log, { witnesses: [one.key] })).ok).toBe(false);
  });

  it("asks for no witness when none is named", async () => {
    expect(await verify(records, {})).toMatchObject({ ok: true, cosigned: 0, required: 0, witnesses: [] });
  });
});

describe("a checkpoint alone", () => {
  const alone = (note: string, demand: CosignerDemand) =>
    verifyCheckpoint({ note, verifier_key, verifier: ed25519Verifier, demand });

  it("shows who signed it", async () => {
    const note = noteOf(1) + (await one.sign(noteOf(1), TIME_S));
    expect(await alone(note, { witnesses: [one.key] })).toMatchObject({ ok: true, signed_size: 9, cosigned: 1 });
    expect(await alone(note, { witnesses: [one.key, two.key] })).toMatchObject({ ok: false, cosigned: 1 });
  });

  it("is none of the log's without its signature, whoever cosigned it", async () => {
    const text = `${parseNote(noteOf(1)).text}\n`;
    const note = text + (await one.sign(noteOf(1), TIME_S));
    expect(await alone(note, { witnesses: [one.key] })).toMatchObject({
      ...{ ok: false, signed_size: 0, checkpoints: 0, cosigned: 0 },
      problems: [{ code: "audit_bad_signature" }, { code: "audit_too_few_witnesses" }],
    });
  });
});
