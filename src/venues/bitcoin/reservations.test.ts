import { describe, expect, it } from "vitest";
import { createReservations, RESERVATION_MS } from "./reservations.ts";
import { type Outpoint, outpointText } from "./types.ts";

const coin = (vout: number): Outpoint => ({ txid: "ab".repeat(32), vout });
const taken = (...coins: readonly Outpoint[]): Set<string> => new Set(coins.map(outpointText));

describe("reservations of coins", () => {
  it("are for one payment, until it is not spoken of for a while", () => {
    const kept = createReservations();
    kept.keep("a", [coin(0)], 1_000);
    expect(kept.takenFrom("b", 1_000)).toEqual(taken(coin(0)));
    expect(kept.takenFrom("a", 1_000)).toEqual(taken());
    expect(kept.takenFrom("b", 1_000 + RESERVATION_MS)).toEqual(taken(coin(0)));
    expect(kept.takenFrom("b", 1_001 + RESERVATION_MS)).toEqual(taken());
  });

  it("of what is not open any more are free, and of what was built since the list was read they are not", () => {
    const kept = createReservations();
    kept.keep("open", [coin(0)], 1_000);
    kept.keep("ended", [coin(1)], 1_000);
    // Read at 2,000; while it was on its way another payment was built, at the same instant and after it.
    kept.keep("at once", [coin(2)], 2_000);
    kept.keep("younger", [coin(3)], 2_005);
    kept.keepOnly(new Set(["open"]), 2_000);
    expect(kept.takenFrom("other", 2_005)).toEqual(taken(coin(0), coin(2), coin(3)));
  });
});
