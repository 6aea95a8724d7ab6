import { describe, expect, it } from "vitest";
import type { SeenTransfer } from "../chain/index.ts";
import { type BitcoinPayment, unexplained } from "./demo_truth.ts";

const PAID: BitcoinPayment = { direction: "liquidity_to_reserve", tx_hash: "aa", amount: "0.50000000" };
const transfer = (more: Partial<SeenTransfer> = {}): SeenTransfer => ({
  ...{ id: "trf_1", state: "settled", direction: PAID.direction, amount: { amount: PAID.amount } },
  ...{ amount_received: null, tx_hash: "aa", note: null, ...more },
});

describe("payments that nothing explains", () => {
  it("are none where each has its transfer", () => {
    expect(unexplained([PAID], [transfer()])).toEqual([]);
  });

  it.each([
    ["was paid twice in one transaction", [PAID, PAID], [transfer()]],
    ["has another amount", [PAID], [transfer({ amount: { amount: "0.6" } })]],
    ["went the other way", [PAID], [transfer({ direction: "reserve_to_liquidity" })]],
    ["was never settled", [PAID], [transfer({ state: "held" })]],
    ["is of another transaction", [PAID], [transfer({ tx_hash: "bb" })]],
  ])("are counted where one %s", (_why, payments, transfers) => {
    expect(unexplained(payments, transfers)).toEqual([PAID]);
  });
});
