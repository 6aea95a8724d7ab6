import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ed25519SignerFromSeed, ed25519Verifier } from "../system/ed25519.ts";
import { exportJsonl, type LogRecord, parseJsonl } from "./export.ts";
import { emitAlert, testStore } from "./fixtures.ts";
import { verifierKey } from "./note.ts";
import { sealOnce } from "./seal.ts";
import { verifyLog } from "./verify.ts";

const signer = ed25519SignerFromSeed("07".repeat(32));
const origin = "tidegate/test";
const key = verifierKey(origin, signer.public_key);
const verify = (records: Iterable<LogRecord>, verifier_key = key) =>
  verifyLog({ records, verifier_key, verifier: ed25519Verifier });

/** Two checkpoints: after 4 and after 9 events. */
async function makeExport(log_signer = signer): Promise<string> {
  const world = testStore();
  const deps = { store: world.store, clock: world.clock, signer: log_signer, origin, owner: "a" };
  for (let index = 0; index < 9; index += 1) {
    await emitAlert(world, `event ${index}`);
    if (index === 3) await sealOnce(deps);
  }
  await sealOnce(deps);
  let text = "";
  for await (const line of exportJsonl(world.store, key)) text += line;
  return text;
}

async function read(text: string): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const record of parseJsonl(text.trimEnd().split("\n"))) records.push(record);
  return records;
}

describe("verifyLog", () => {
  let text = "";
  let records: LogRecord[] = [];
  beforeAll(async () => {
    text = await makeExport();
    records = await read(text);
  });
  const codes = async (changed: Iterable<LogRecord>, verifier_key = key): Promise<string[]> =>
    (await verify(changed, verifier_key)).problems.map(({ code }) => code);
  const without = (index: number): LogRecord[] => records.filter((_, at) => at !== index);
  /** Records 0-3 events, 4 checkpoint, 5-9 events, 10 checkpoint. */
  const swapped = (a: number, b: number): LogRecord[] =>
    records.map((record, at) => (at === a ? records[b] : at === b ? records[a] : record) ?? record);

  it("accepts the log as it was written", async () => {
    expect(records.map(({ record }) => record[0]).join("")).toBe("eeeeceeeeec");
    const report = await verify(records);
    expect(report).toMatchObject({
      ok: true,
      events: 9,
      checkpoints: 2,
      signed_size: 9,
      problems: [],
      problem_count: 0,
    });
    expect(report.root).toMatch(/^[0-9a-f]{64}$/);
  });

  it("finds an event that was removed, added, exchanged or cut off", async () => {
    for (let index = 0; index < records.length - 1; index += 1) {
      if (records[index]?.record === "event") expect((await verify(without(index))).ok).toBe(false);
    }
    const exchanged = await codes(swapped(1, 2));
    expect(exchanged.slice(0, 3)).toEqual(["audit_gap", "audit_gap", "audit_root_mismatch"]);
    const first = records.slice(0, 1);
    expect(await codes([...first, ...records])).toContain("audit_size_mismatch");
    expect(await codes([...records, ...first])).toContain("audit_unsigned_tail");
    expect(await codes(records.slice(0, -1))).toEqual(["audit_unsigned_tail"]);
    expect(await codes(without(4))).toEqual([]);
  });

  it("finds a checkpoint of another key, another log, or forged", async () => {
    const other = await read(await makeExport(ed25519SignerFromSeed("08".repeat(32))));
    expect(await codes(other)).toEqual(["audit_bad_signature", "audit_bad_signature", "audit_unsigned_tail"]);
    expect(await codes(records, verifierKey("tidegate/other", signer.public_key))).toContain("audit_wrong_origin");
    const forged = records.map((record) =>
      record.record === "checkpoint" ? { ...record, note: record.note.replace("\n\n", "\nmore\n\n") } : record,
    );
    expect(await codes(forged)).toContain("audit_bad_signature");
    const broken = records.map((record) => (record.record === "checkpoint" ? { ...record, note: "x" } : record));
    expect(await codes(broken)).toContain("audit_note_malformed");
  });

  it("does not call an empty or unsigned log verified by accident", async () => {
    expect(await verify([])).toMatchObject({ ok: true, events: 0, signed_size: 0 });
    expect(await codes(records.filter(({ record }) => record === "event"))).toEqual(["audit_unsigned_tail"]);
  });

  it("fails whichever character of the export is changed", async () => {
    // The header is not part of the log; from its end on, every position counts.
    const start = text.indexOf("\n") + 1;
    const judge = async (position: number, char: string): Promise<boolean> => {
      const changed = text.slice(0, position) + char + text.slice(position + 1);
      try {
        return (
          (await verify(await read(changed))).ok && JSON.stringify(await read(changed)) !== JSON.stringify(records)
        );
      } catch {
        return false;
      }
    };
    for (let position = start; position < text.length - 1; position += 1) {
      const char = text[position] === "7" ? "8" : "7";
      expect(await judge(position, char), `position ${position}`).toBe(false);
    }
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: start, max: text.length - 2 }),
        fc.string({ minLength: 1, maxLength: 1 }),
        async (at, char) => {
          expect(await judge(at, char)).toBe(false);
        },
      ),
    );
  });
});

describe("parseJsonl", () => {
  const header = `{"format":"tidegate-audit/v1","verifier_key":"${key}"}`;
  it.each([
    ["nothing", []],
    ["another header", ['{"format":"other"}']],
    ["no JSON", [header, "{"]],
    ["no object", [header, "7"]],
    ["another record", [header, '{"record":"other"}']],
    ["an event with a field more", [header, `{"record":"event","event":{"id":"x","extra":1}}`]],
    [
      "an event without a number",
      [
        header,
        `{"record":"event","event":{"actor":"a","at":1,"id":"x","kind":"k","payload":{},"ref":"r","seq":null,"type":null}}`,
      ],
    ],
    ["a line without end", [header, "x".repeat(300_000)]],
  ])("refuses %s", async (_name, lines) => {
    const reading = (async () => {
      for await (const record of parseJsonl(lines)) expect(record).toBeDefined();
    })();
    await expect(reading).rejects.toMatchObject({ code: "audit_export_malformed" });
  });
});
