import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../ports/index.ts";
import { createSystemClock } from "../system/index.ts";
import { exercise } from "./exercise.ts";
import { VENUE_TYPES } from "./venue_types.ts";

const nothing = { assets: new Map(), instruments: [], wallets: [] };
const silent = {
  send: () => Promise.reject(new Error("a connector asked the network while it was built")),
};

describe("every type of venue", () => {
  it("has a name of its own", () => {
    const names = VENUE_TYPES.map(({ type }) => type);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(VENUE_TYPES)(
    "$type is built from its examples without a word to the network, and refuses unknown keys",
    (type) => {
      const outside = { clock: createSystemClock(), random: createSeededRandom(1), http: silent };
      expect(type.examples.length).toBeGreaterThan(0);
      for (const { options, configured } of type.examples) {
        const venue = type.create({ id: "v", options, ...nothing, ...outside });
        // Either the connector knows its networks, or the reference says that the configuration decides.
        const known = venue.capabilities().networks.length > 0;
        expect(known || configured?.networks !== undefined).toBe(true);
      }
      const refused = type.options.safeParse({ ...type.examples[0]?.options, utterly_unknown: 1 });
      expect(refused.success).toBe(false);
    },
  );
});

it.each(["ccxt", "sandbox"])("says what a venue of type %s lacks when it is tried without anything", async (name) => {
  const request = { name, base_url: null, secrets_file: null, account: null, asset: null, submit: null };
  await expect(exercise(request, null)).rejects.toMatchObject({
    code: "venue_invalid",
    message: expect.stringMatching(/cannot be made of this .*--base-url and --secrets/),
  });
});
