/**
 * Regression, seen in the sandbox: a deposit address was swept, its gas wallet was not read again, and sweep after sweep was planned
 * on gas that was spent and refused by the chain.
 */
import { expect, it } from "vitest";
import { touchedBy } from "./touched_wallets.ts";

const POOLS = [{}, { gas: { "deposit-1": "deposit-1-gas", "deposit-2": "deposit-2-gas" } }];

it("the gas wallet that paid for a sweep is read again with both ends of it, and no other one", () => {
  const sweep = { from_wallet: "deposit-1", to_wallet: "hot" };
  expect(touchedBy({ pools: POOLS }, sweep)).toEqual(["deposit-1", "hot", "deposit-1-gas"]);
});

it("a wallet that pays for itself brings no other", () => {
  const refill = { from_wallet: "vault", to_wallet: "deposit-1" };
  expect(touchedBy({ pools: POOLS }, refill)).toEqual(["vault", "deposit-1"]);
});
