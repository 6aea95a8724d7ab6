/** Repeated failures on one way are one exception, and gone when the way works again. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tables } from "../../store/index.ts";
import type { TransferRow, TransferState } from "../../transfers/types.ts";
import type { Overview } from "../schemas/index.ts";
import { createTestTreasury, type TestTreasury } from "../suite_treasury.ts";

const HOUR_MS = 3_600_000;

let test: TestTreasury;
let planned: TransferRow;
beforeEach(async () => {
  test = await createTestTreasury({ hot: 400_000n, cold: 9_600_000n });
  await test.cycles(3);
  const [row] = await test.treasury.deps.store.read("test", (tx) => tx.find(tables.transfer, { limit: 1 }));
  if (row === undefined) throw new Error("nothing was planned");
  planned = row;
});
afterEach(() => test.close());

/** What became of another one on the same way, `hours` ago. */
async function ended(hours: number, state: TransferState, over: Partial<TransferRow> = {}): Promise<void> {
  const created_at = test.clock.now() - hours * HOUR_MS;
  const id = `trf_${state}_${hours}_${over.to_wallet ?? ""}`;
  const note = state === "failed" ? "The venue refused it: the address is not on its list" : null;
  const row = { ...planned, ...{ id, state, created_at, updated_at: created_at, note, reference: id }, ...over };
  await test.treasury.deps.store.tx("test", (tx) => tx.insert(tables.transfer, row));
}

async function failing(): Promise<Overview["exceptions"]> {
  const overview = (await (await test.request("GET", "/v1/overview")).json()) as Overview;
  return overview.exceptions.filter(({ code }) => code === "transfer_failing");
}

describe("a way on which transfers fail", () => {
  it("is one exception that says how often, since when, why and what to do", async () => {
    for (const hours of [1, 2, 5]) await ended(hours, "failed");
    const found = await failing();
    expect(found).toMatchObject([{ severity: "urgent", ref: "trf_failed_1_" }]);
    expect(found[0]?.sentence).toMatch(
      /^Transfers of USDT from .+ to .+ failed 3 times in a row, at last one of [\d,.]+ USDT\. The venue refused it: the address is not on its list\. Nothing moved\. .+\.$/,
    );
    expect(found[0]?.since).toBe(new Date(test.clock.now() - 5 * HOUR_MS).toISOString());
  });

  it("is none for one failure, for failures on different ways, or for old ones", async () => {
    await ended(1, "failed");
    await ended(2, "failed", { to_wallet: "hot-other" });
    await ended(24 * 8, "failed");
    expect(await failing()).toEqual([]);
  });

  it("is none any more once something settled on it, and counts anew after that", async () => {
    for (const hours of [5, 6, 7]) await ended(hours, "failed");
    await ended(4, "settled");
    expect(await failing()).toEqual([]);
    await ended(2, "failed");
    expect(await failing()).toEqual([]);
    await ended(1, "failed");
    expect((await failing()).map(({ sentence }) => sentence)).toEqual([expect.stringContaining("failed 2 times")]);
  });
});
