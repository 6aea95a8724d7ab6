/**
 * A venue without an interface: a vault, a custodian that only sends statements, an account at a bank. People say what each wallet
 * holds and another one confirms it; that is all this connector reads. It moves nothing and has no history: what people moved by
 * hand shows as a difference between the books and the next balance, and people explain it as they explain every difference.
 */
import { z } from "zod";
import type { EnteredBalances } from "../../wallets/types.ts";
import { VenueError, type VenueInput, type VenueInputWallet, type VenueType } from "../index.ts";
import type { Venue, VenueCapabilities } from "../port.ts";

const CAPABILITIES: VenueCapabilities = {
  idempotency: { kind: "none" },
  lookup_by_reference: false,
  consistency_window_ms: 0,
  // An empty list, and all of it: so that the balances alone are compared with the books.
  list_movements: true,
  ...{ cancel: false, push: false, webhooks: false, approval_stage: false, signing: "digest", networks: [] },
  finality: "two people say so",
  watch_only: true,
};

export const MANUAL_VENUE_TYPE: VenueType = {
  type: "manual",
  summary:
    "Watched only: two people enter each balance (`./tidegate balances --help`), and nothing is moved there by Tidegate. For vaults, statements and counterparties without an interface.",
  options: z.strictObject({}),
  examples: [{ name: "manual", options: {}, configured: { networks: "none" } }],
  create: ({ id, wallets, entered }: VenueInput) => createManualVenue({ id, wallets, entered: entered ?? NOBODY }),
};

/** Where no store is at hand, as in a try of the connector alone. */
const NOBODY: EnteredBalances = { latest: async () => null };

export function createManualVenue({
  id,
  wallets,
  entered,
}: {
  readonly id: string;
  readonly wallets: readonly VenueInputWallet[];
  readonly entered: EnteredBalances;
}): Venue {
  const message = `"${id}" is only watched: people move what is there, and enter its balance.`;
  const unsupported = () => new VenueError("venue_unsupported", message, { venue: id });
  return {
    id,
    capabilities: () => CAPABILITIES,
    verify: async () => undefined,
    listWallets: async () => wallets.map(({ account, asset, id: label }) => ({ account, asset, label })),
    async getBalance({ wallet_id }) {
      const found = await entered.latest(wallet_id);
      if (found === null) {
        const none = `No balance of ${wallet_id} was entered yet: ./tidegate balances enter ${wallet_id} AMOUNT --as-of TIME --evidence "..." --as PERSON`;
        throw new VenueError("venue_not_found", none, { wallet: wallet_id });
      }
      const { total, as_of } = found;
      // Nothing of it can be spent from here.
      const parts = { available: 0n, pending_in: 0n, pending_out: 0n, locked: total };
      return { total, ...parts, as_of, height: null, pending_readable: true };
    },
    getAddress: () => Promise.reject(unsupported()),
    listNetworks: async () => [],
    prepare: () => Promise.reject(unsupported()),
    decode: () => {
      throw unsupported();
    },
    submit: async () => ({ outcome: "rejected", code: "venue_unsupported", message }),
    find: async () => ({ outcome: "unreadable", message }),
    cancel: async () => ({ outcome: "unsupported" }),
    listMovements: async (_wallet, cursor) => ({ movements: [], cursor: cursor ?? "0", has_more: false }),
    close: async () => undefined,
  };
}
