import { expect, it } from "vitest";
import { say } from "./say.ts";

it("says the money of loans as money, though it is no asset of the treasury, and an unknown asset by its base units", () => {
  const config = { assets: new Map([["BTC", { id: "BTC", decimals: 8 }]]), currency: { id: "USD", decimals: 2 } };
  expect(say(config, "USD", 1_234_50n)).toBe("1,234.5 USD");
  expect(say(config, "BTC", 150_000_000n)).toBe("1.5 BTC");
  expect(say(config, "OLD", 12n)).toBe("12 base units of OLD");
});
