/**
 * A process that writes to an embedded store until it is killed, for tests of what survives:
 * `node store_writer.ts DIR [--payload BYTES] [--no-sync]`.
 * Prints `open PID` once the store is open, then `acked N` after each commit, and on failure the code of the error.
 * `--no-sync` swallows every fsync, as PGlite does by itself: the control that shows the test can fail.
 */
import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { tables } from "../../src/store/index.ts";
import { openPgliteWith } from "../../src/store/pglite/pglite.ts";
import { DiskSync } from "../../src/store/pglite/pglite_files.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { payload: { type: "string", default: "0" }, "no-sync": { type: "boolean", default: false } },
});
const dir = positionals[0] ?? "";
const say = (line: string) => writeSync(1, `${line}\n`);

/** Number `n` goes into a counter and into a row of its own, in one transaction. */
async function main(): Promise<void> {
  const store = await openPgliteWith({ dir }, values["no-sync"] ? new DiskSync({ sync: () => {} }) : new DiskSync());
  say(`open ${process.pid}`);
  const counter = await store.read("start", (tx) => tx.get(tables.control, { name: "writer" }));
  for (let n = (counter?.version ?? 0) + 1; ; n++) {
    const value = randomBytes(Number(values.payload) / 2).toString("hex");
    await store.tx("write", async (tx) => {
      const now = await tx.now();
      await tx.upsert(tables.control, { name: "writer", value, version: n, updated_at: now });
      const hold = {
        id: `w${n}`,
        account_id: "writer",
        amount: BigInt(n),
        state: "pending",
        ref: "",
        at: now,
      } as const;
      await tx.insert(tables.hold, hold);
    });
    say(`acked ${n}`);
  }
}

main().catch((error: { code?: string; message: string }) => {
  say(`failed ${error.code ?? ""} ${error.message}`);
  process.exitCode = 1;
});
