import { describe, expect, it } from "vitest";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import type { EnteredBalance } from "../../wallets/types.ts";
import type { FindQuery } from "../port.ts";
import { createManualVenue, MANUAL_VENUE_TYPE } from "./index.ts";

const WALLET = { wallet_id: "vault", account: "safe 7", asset: "BTC" };
const ENTERED: EnteredBalance = { total: 12n, as_of: 5, proposal_id: "wpr_1" };

const venueOf = (entry: EnteredBalance | null) =>
  createManualVenue({
    id: "paper",
    wallets: [{ id: "vault", account: "safe 7", asset: "BTC", kind: "custody" }],
    entered: { latest: async (id) => (id === "vault" ? entry : null) },
  });

describe("a manual venue", () => {
  it("says what two people said, with the moment they said it of, and that nothing of it can be spent", async () => {
    expect(await venueOf(ENTERED).getBalance(WALLET)).toEqual({
      ...{ total: 12n, available: 0n, locked: 12n, pending_in: 0n, pending_out: 0n },
      ...{ as_of: 5, height: null, pending_readable: true },
    });
  });

  it("knows nothing before the first balance, and says what to do: nothing is not zero", async () => {
    await expect(venueOf(null).getBalance(WALLET)).rejects.toMatchObject({
      code: "venue_not_found",
      message: expect.stringContaining("./tidegate balances enter vault"),
    });
  });

  it("moves nothing, whatever it is asked", async () => {
    const venue = venueOf(ENTERED);
    const unsupported = { code: "venue_unsupported" };
    await expect(venue.prepare({} as TransferPlan, { now: 1, signing: null, signatures: [] })).rejects.toMatchObject(
      unsupported,
    );
    await expect(venue.getAddress(WALLET, "bitcoin")).rejects.toMatchObject(unsupported);
    expect(await venue.submit({} as PreparedSubmit)).toMatchObject({ outcome: "rejected", code: "venue_unsupported" });
    expect(await venue.find({} as FindQuery)).toMatchObject({ outcome: "unreadable" });
    expect(await venue.cancel("x")).toEqual({ outcome: "unsupported" });
    expect(await venue.listNetworks(WALLET)).toEqual([]);
    expect(venue.capabilities()).toMatchObject({ watch_only: true, networks: [] });
  });

  it("is built without a store too, for a try of the connector alone", async () => {
    const venue = MANUAL_VENUE_TYPE.create({ id: "paper", wallets: [], options: {} } as never);
    await venue.verify();
    expect(await venue.listWallets()).toEqual([]);
    expect(MANUAL_VENUE_TYPE.options.safeParse({ base_url: "http://x" }).success).toBe(false);
  });
});
