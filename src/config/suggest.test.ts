import { expect, it } from "vitest";
import { didYouMean, editDistance, suggest } from "./suggest.ts";

it.each([
  ["", "", 0],
  ["pool", "pool", 0],
  ["pool", "pools", 1],
  ["polcy", "policy", 1],
  ["taregt", "target", 1],
  ["kitten", "sitting", 3],
])("edit distance of %j and %j is %i", (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

it("offers the nearest known word and nothing that is far away", () => {
  expect(suggest("walets", ["wallets", "venues", "pools"])).toBe("wallets");
  expect(suggest("emergency_lwo", ["emergency_low", "low"])).toBe("emergency_low");
  expect(suggest("xyz", ["wallets", "venues"])).toBeNull();
  expect(didYouMean("Pool", ["pools"])).toBe(' Did you mean "pools"?');
  expect(didYouMean("quorum", [])).toBe("");
});
