/**
 * A hot Bitcoin wallet: one master key, its accounts (BIP 84 and BIP 86), and a node of one's own that watches them. The signed
 * transaction is the idempotency key: it is durable before it is broadcast, its id is known in advance, and sending it again has no
 * second effect.
 */
import { z } from "zod";
import { assert } from "../../errors/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import type { VenueInput, VenueType } from "../index.ts";
import type { PrepareContext, ReplacementPolicy, Venue, VenueCapabilities } from "../port.ts";
import { createWallet, listAccounts } from "./accounts.ts";
import { findCoinAsset, termsOf } from "./coin_asset.ts";
import { capabilitiesOf, effectOf } from "./effect.ts";
import { type MasterKey, readMasterKey } from "./master_key.ts";
import { createNodeWallets } from "./node_wallet.ts";
import { bitcoinShape, readOptions, toEndpoint, toSettings } from "./options.ts";
import { createPayments } from "./payments.ts";
import { draftDearer } from "./replace.ts";
import { createReservations } from "./reservations.ts";
import { createRpc } from "./rpc.ts";
import { offerSelf } from "./self_offer.ts";
import { signDraft } from "./sign.ts";
import { openSigned, readSigned, toSigned } from "./signed.ts";
import { accountFor, createReads, draftOf, openAccount, verifyNode, type WalletParts } from "./wallet.ts";

/** What a venue of type `bitcoin` takes in the configuration. */
export const BitcoinOptions = z.strictObject({
  ...bitcoinShape,
  master_key: z
    .string()
    .min(1)
    .describe("Extended private key of the hot wallet, by reference: file:keys/btc.json, mode 0600"),
});

/** Of a seed of ones: worth nothing. */
const EXAMPLE_KEY =
  "tprv8ZgxMBicQKsPdYR9BSABkfW9ttY4eRkAgLNL4NYP9o1t3GHn4wwfwmH9yfRLq2HUETLy4wjbj4WXEH96kAbLru8ME9VhxLhQCFWFcgKJHMg";

export const BITCOIN_TYPE: VenueType = {
  type: "bitcoin",
  summary:
    "A hot Bitcoin wallet: one master key, its accounts (BIP 84 and BIP 86), and a node of your own that watches them. See [Bitcoin](../how-to/bitcoin.md).",
  options: BitcoinOptions,
  address: (url) => ({ rpc_url: url }),
  examples: [
    {
      name: "bitcoin",
      options: {
        network: "bitcoin-regtest",
        rpc_url: "http://127.0.0.1:9",
        cookie_file: "/nowhere",
        master_key: EXAMPLE_KEY,
      },
      configured: {
        networks: "the one configured, any Bitcoin network",
        finality: "so many confirmations as configured, 6 by default",
      },
    },
  ],
  create: createBitcoinVenue,
};

interface HotParts extends WalletParts {
  readonly id: string;
  readonly master: MasterKey;
  readonly prefix: string;
}

/**
 * @throws VenueError venue_invalid for wrong options, venue_auth for an unusable key
 * @example createBitcoinVenue({ id: "btc", options: { network: "bitcoin", rpc_url: "http://127.0.0.1:8332", ... }, assets, instruments, clock })
 */
export function createBitcoinVenue(input: VenueInput): Venue {
  const options = readOptions(BitcoinOptions, input.options, input.id);
  const settings = toSettings(options, input.id);
  const rpc = createRpc(toEndpoint(options, input.id), input);
  const master = readMasterKey(options.master_key, settings.chain, `venue "${input.id}"`);
  const prefix = options.node_wallet_prefix ?? `tidegate-${input.id}`;
  return buildVenue({
    id: input.id,
    rpc,
    settings,
    get item() {
      return findCoinAsset(input, settings.network);
    },
    clock: input.clock,
    wallets: input.wallets,
    node_wallets: createNodeWallets(rpc, prefix, settings),
    reservations: createReservations(),
    accountOf: (id) => master.account(id),
    master,
    prefix,
  });
}

function replacing(capabilities: VenueCapabilities, replacement: ReplacementPolicy | null): VenueCapabilities {
  return replacement === null ? capabilities : { ...capabilities, replacement };
}

function buildVenue(parts: HotParts): Venue {
  const { settings, master } = parts;
  const accountIn = (prepared: PreparedSubmit) => master.account(readSigned(prepared).account);
  const open = (prepared: PreparedSubmit) => openSigned(prepared, accountIn(prepared), settings.network);
  return {
    id: parts.id,
    capabilities: () => replacing(capabilitiesOf(parts, "digest"), settings.replacement),
    verify: () => verifyNode(parts),
    listWallets: () => listAccounts(parts),
    ...createReads(parts),
    offerSelfPayment: (wallet, wish) => offerSelf(parts, wallet, wish),
    async prepare(plan: TransferPlan, { now }: PrepareContext): Promise<PreparedSubmit> {
      const { draft, height } = await draftOf(parts, plan, accountFor(plan, parts), now);
      const { raw_tx, txid } = signDraft(draft, master);
      const body = toSigned(draft, raw_tx, settings.network, height);
      const prepared = { reference: plan.id, body, tx_hash: txid, prepared_at: now };
      assert(open(prepared).fee === draft.fee, "what was signed is what was drafted");
      return prepared;
    },
    async prepareReplacement(plan, prepared, { now }) {
      const body = readSigned(prepared);
      const at = await openAccount(parts, body.account);
      const terms = termsOf(plan, parts.item, settings, at.account);
      const draft = await draftDearer(at, terms, prepared, open(prepared), () =>
        parts.reservations.takenFrom(plan.id, now),
      );
      const { raw_tx, txid } = signDraft(draft, master);
      const replacement = {
        reference: plan.id,
        body: toSigned(draft, raw_tx, settings.network, body.from_height),
        tx_hash: txid,
        prepared_at: now,
      };
      assert(open(replacement).fee === draft.fee, "what was signed is what was drafted");
      return replacement;
    },
    decode: (prepared) => effectOf(prepared, parts, open(prepared)),
    ...createPayments(parts, open),
    cancel: async () => ({ outcome: "unsupported" }),
    health: () => parts.rpc.health(),
    createWallet: (request) => createWallet(parts, request),
    close: async () => undefined,
  };
}
