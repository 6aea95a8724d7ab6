import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  checkpointText,
  consistencyProof,
  type Hash,
  leafHash,
  merkleRoot,
  signNote,
  verifierKey,
  witnessKey,
} from "../audit/index.ts";
import { ed25519SignerFromSeed } from "./ed25519.ts";
import { httpWitness } from "./http_witness.ts";
import { startWitness, type WitnessServer } from "./witness_server.ts";

const LOG = ed25519SignerFromSeed("11".repeat(32));
const WITNESS = ed25519SignerFromSeed("22".repeat(32));
const ORIGIN = "tidegate/acme";
const NAME = "witness.example";
const dirs: string[] = [];
let data_dir: string;
let server: WitnessServer;

const start = (): Promise<WitnessServer> =>
  startWitness({
    ...{ host: "127.0.0.1", port: 0, data_dir, name: NAME, signer: WITNESS, now: () => 1_700_000_000_000 },
    logs: [verifierKey(ORIGIN, LOG.public_key)],
  });
beforeEach(async () => {
  data_dir = mkdtempSync(join(tmpdir(), "tidegate-witness-"));
  dirs.push(data_dir);
  server = await start();
});
afterEach(() => server.close());
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

const leaves = (count: number, tag = "leaf"): Hash[] =>
  Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`${tag} ${at}`)));

/** Gives a tree to the witness as a log that has these leaves. */
async function give(witness: ReturnType<typeof httpWitness>, tree: readonly Hash[]) {
  const note = await signNote(
    checkpointText({ origin: ORIGIN, size: tree.length, root: merkleRoot(tree) }),
    ORIGIN,
    LOG,
  );
  const prove = async (first: number) => (first <= tree.length ? consistencyProof(tree, first) : []);
  return { note, line: await witness.publish({ note, frontier: null }, { aside: false, prove }) };
}

const open = (key = witnessKey(NAME, WITNESS.public_key)) =>
  httpWitness({ id: "elsewhere", url: server.url, key, origin: ORIGIN });

describe("a witness on another machine", () => {
  it("has nothing at first, then the newest checkpoint, over its own restarts too", async () => {
    expect(await open().latest()).toBeNull();
    await give(open(), leaves(3));
    const { note, line } = await give(open(), leaves(9));
    expect(line).toMatch(/^— witness\.example \S+\n$/);
    await server.close();
    server = await start();
    expect(await open().latest()).toMatchObject({ note });
    expect(readdirSync(data_dir)).toHaveLength(1);
  });

  it("refuses a history that does not continue what it signed, and keeps what it has", async () => {
    const { note } = await give(open(), leaves(5));
    await expect(give(open(), leaves(9, "other"))).rejects.toMatchObject({ code: "audit_witness_refused" });
    await expect(give(open(), leaves(4))).rejects.toMatchObject({ code: "audit_witness_refused" });
    expect(await open().latest()).toMatchObject({ note });
  });

  it("is not believed when it signs with another key than the one that is known", async () => {
    await expect(give(open(witnessKey(NAME, LOG.public_key)), leaves(3))).rejects.toThrow("not signed with its key");
  });

  it("sets nothing aside because the log asks for it", async () => {
    const { note } = await give(open(), leaves(5));
    const publish = open().publish({ note, frontier: null }, { aside: true, prove: async () => [] });
    await expect(publish).rejects.toThrow("set that aside there");
  });

  it("answers what is none of its requests, and too much, with a refusal", async () => {
    const status = async (path: string, init?: RequestInit) => (await fetch(`${server.url}${path}`, init)).status;
    expect(await status("/")).toBe(404);
    expect(await status("/checkpoint")).toBe(404);
    expect(await status("/add-checkpoint", { method: "POST", body: "x" })).toBe(400);
    expect(await status("/add-checkpoint", { method: "POST", body: "x".repeat(200_000) })).toBe(413);
  });

  it("is unreadable, not empty, when it is gone", async () => {
    const witness = open();
    await server.close();
    await expect(witness.latest()).rejects.toThrow();
    server = await start();
  });
});
