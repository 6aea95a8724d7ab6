/** Statements of a desk without an interface: entered by one of the sandbox's people, confirmed by another, in the real daemon. */
import { basename } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestTreasury, type TestTreasury } from "../api/suite_treasury.ts";
import { latestEntered } from "../wallets/index.ts";
import { answerOnce } from "./approvers.ts";
import { enterStatements } from "./statements.ts";

const HOUR_MS = 3_600_000;
const STATED = 40_000_000_000n;
let test: TestTreasury;

beforeEach(async () => {
  test = await createTestTreasury();
});
afterEach(() => test.close());

const look = () => enterStatements(test.treasury);
const answer = () => {
  const load = async (path: string) => {
    const signer = test.signers.get(basename(path, ".json"));
    if (signer === undefined) throw new Error(`nobody signs with ${path}`);
    return signer;
  };
  return answerOnce({ treasury: test.treasury, data_dir: test.data_dir, seed: 7, files: { load } });
};
const latest = () => test.treasury.deps.store.read("test", (tx) => latestEntered(tx, "otc-usdt"));
const proposals = async () => {
  const response = await test.request("GET", "/v1/wallet-proposals?state=all");
  return ((await response.json()) as { items: { wallet_id: string; state: string; proposed_by: string }[] }).items;
};

describe("the statement of a desk", () => {
  it("is entered once, by one person, and is nothing until another confirmed it", async () => {
    await look();
    await look();
    expect(await proposals()).toMatchObject([{ wallet_id: "otc-usdt", state: "open", proposed_by: "person:ana" }]);
    expect(await latest()).toBeNull();
    const entered_at = test.clock.now();
    await test.clock.sleep(5 * HOUR_MS);
    await answer();
    expect(await proposals()).toMatchObject([{ state: "applied" }]);
    expect(await latest()).toMatchObject({ total: STATED, as_of: entered_at });
  });

  it("comes again after half a day and says the same", async () => {
    await look();
    await test.clock.sleep(5 * HOUR_MS);
    await answer();
    await look();
    expect(await proposals()).toHaveLength(1);
    await test.clock.sleep(8 * HOUR_MS);
    await look();
    await test.clock.sleep(5 * HOUR_MS);
    await answer();
    expect(await proposals()).toHaveLength(2);
    expect(await latest()).toMatchObject({ total: STATED });
  });

  it("is entered anew when nobody looked at it in time", async () => {
    await look();
    await test.clock.sleep(25 * HOUR_MS);
    await look();
    expect((await proposals()).map(({ state }) => state).toSorted()).toEqual(["expired", "open"]);
  });

  it("leaves what a wallet may do to whoever runs the sandbox", async () => {
    await test.treasury.suspendWallet("hot-usdt", "person:ana", "key under review");
    const body = { amount: null, as_of: null, evidence: "it is fine", references: [], proposed_by: "person:ana" };
    await test.treasury.proposeWallet({ ...body, wallet_id: "hot-usdt", what: "activate" });
    await test.clock.sleep(5 * HOUR_MS);
    await answer();
    expect(await proposals()).toMatchObject([{ wallet_id: "hot-usdt", state: "open" }]);
  });
});
