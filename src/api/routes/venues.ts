/** Venues: how they are, and a try of the calls that only read. */
import { z } from "zod";
import { exerciseVenue } from "../../venues/index.ts";
import { defineRoute, type Route } from "../route.ts";
import { VenueExerciseSchema, VenueListSchema } from "../schemas/index.ts";
import type { ApiDeps } from "../types.ts";
import { createPrinter, printTime, readBalances, viewVenue } from "../views/index.ts";
import { IdParams, notFound } from "./params.ts";

export const VENUE_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/venues",
    summary: "Venues with what they can do and how their lines have been of late",
    tag: "venues",
    permission: "read",
    out: VenueListSchema,
    handler: async ({ deps }) => {
      const { store, clock, venues } = deps.treasury.deps;
      const balances = await store.read("api.venues", readBalances);
      const now = clock.now();
      const context = { printer: createPrinter(deps.config), balances, now };
      const items = deps.config.venues.flatMap((config) => {
        const venue = venues.get(config.id);
        return venue === undefined ? [] : [viewVenue(config, venue, context)];
      });
      return { as_of: printTime(now), items };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/venues/{id}/exercise",
    summary: "Asks the venue the reading calls of the standard sequence now and says how each ended; moves nothing",
    tag: "venues",
    permission: "transfer",
    params: IdParams,
    body: z.strictObject({}),
    out: VenueExerciseSchema,
    handler: async ({ deps, params }) => ({ venue: params.id, steps: [...(await exercise(deps, params.id))] }),
  }),
];

/** @throws ApiError api_not_found */
function exercise({ treasury, config }: ApiDeps, id: string): ReturnType<typeof exerciseVenue> {
  const { venues, clock } = treasury.deps;
  const venue = venues.get(id);
  if (venue === undefined) throw notFound("venue", id);
  const own = config.wallets.find((wallet) => wallet.venue === id);
  const printer = createPrinter(config);
  return exerciseVenue({
    venue,
    clock,
    timer: clock,
    wallet: own === undefined ? null : { wallet_id: own.id, account: own.account, asset: own.asset },
    print: (asset, units) => {
      const { amount } = printer.money(asset, units);
      return `${amount} ${asset}`;
    },
    move: null,
  });
}
