/**
 * Custody that m of n people sign away from the network: a descriptor of their public keys, a node that watches it, and nothing here that
 * could sign. A move is a PSBT; people carry it to their signers as a file, as text or as QR codes, and what comes back is checked
 * signature by signature. With enough of them the transaction is finished, stored, and sent like any other.
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { z } from "zod";
import { assert } from "../../errors/index.ts";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { VenueError, type VenueInput, type VenueType } from "../index.ts";
import type { OwnerSignature, Venue } from "../port.ts";
import type { Account } from "./account.ts";
import { findCoinAsset } from "./coin_asset.ts";
import { capabilitiesOf, effectOf } from "./effect.ts";
import { COSIGNERS_MAX, createVault } from "./key_expression.ts";
import { createNodeWallets } from "./node_wallet.ts";
import { bitcoinShape, readOptions, toEndpoint, toSettings } from "./options.ts";
import { createPayments } from "./payments.ts";
import { finishPsbt, readPsbtText, signaturesIn } from "./psbt.ts";
import { createReservations } from "./reservations.ts";
import { createRpc } from "./rpc.ts";
import { offerSelf } from "./self_offer.ts";
import { openSigned, type SignedBitcoin } from "./signed.ts";
import { demandAcceptable, demandPlanned, openRequest, requestPsbt } from "./vault_request.ts";
import { readPsbtStanding } from "./vault_standing.ts";
import { accountFor, createReads, openAccount, verifyNode, type WalletParts } from "./wallet.ts";

/** What a venue of type `bitcoin_multisig` takes in the configuration. */
export const VaultOptions = z.strictObject({
  ...bitcoinShape,
  threshold: z.number().int().min(1).max(COSIGNERS_MAX).describe("How many cosigners must sign"),
  cosigners: z
    .array(z.string().min(1).max(300))
    .min(2)
    .max(COSIGNERS_MAX)
    .describe("Their public keys with origin: [d34db33f/48h/0h/0h/2h]xpub…"),
});

/**
 * @throws VenueError venue_invalid for wrong options
 * @example createVaultVenue({ id: "vault", options: { network: "bitcoin", threshold: 2, cosigners: [...], ... }, ... })
 */
export function createVaultVenue(input: VenueInput): Venue {
  const options = readOptions(VaultOptions, input.options, input.id);
  const settings = toSettings(options, input.id);
  const rpc = createRpc(toEndpoint(options, input.id), input);
  const vault = createVault(settings.chain, options.threshold, options.cosigners);
  const prefix = options.node_wallet_prefix ?? `tidegate-${input.id}`;
  return buildVenue(input.id, vault, {
    rpc,
    settings,
    get item() {
      return findCoinAsset(input, settings.network);
    },
    clock: input.clock,
    wallets: input.wallets,
    node_wallets: createNodeWallets(rpc, prefix, settings),
    reservations: createReservations(),
    accountOf(id) {
      if (id === vault.id) return vault;
      throw new VenueError(
        "venue_not_found",
        `The venue holds ${vault.id}, the first address of its descriptor, and the wallet names "${id}".`,
      );
    },
  });
}

/** Of seeds that everybody knows: worth nothing. */
const EXAMPLE_COSIGNERS = [
  "[8dfc9b34/48h/1h/0h/2h]tpubDEXiq2SVhhqALktxfVFgj3C9M3T2G7xL11iezYg2LJAf245YkNyqp2K9TrvHABDCp2232k34UegU4aKEtUZNigit8EEqoLNe2JKMzMiLwYq",
  "[56c4fac3/48h/1h/0h/2h]tpubDEg3kqr2jo5ergkJbFqRHvCpiob7wR7Hi44J7y987G1JZfbzBND77XKTyPZzGvh3uyDf8kexMJnFD9W8FuraJ4wLMsx6YuZVXRSRRcx6QdD",
  "[83bfab59/48h/1h/0h/2h]tpubDEeDAFdob3LJDkTRZgpjYWBgUDN5DQTz5VgzrGW2bABWm3cu365PEqTZJfaeTJKvnnWfVqb1j7qcjzXgQ5y54BBcyyZfkTuPNREB3r4UeoD",
];

export const BITCOIN_MULTISIG_TYPE: VenueType = {
  type: "bitcoin_multisig",
  summary:
    "Custody of bitcoin that m of n people sign away from the network: a descriptor of their public keys, watched by a node of your own. See [Bitcoin](../how-to/bitcoin.md).",
  options: VaultOptions,
  address: (url) => ({ rpc_url: url }),
  examples: [
    {
      name: "bitcoin_multisig",
      options: {
        network: "bitcoin-regtest",
        rpc_url: "http://127.0.0.1:9",
        cookie_file: "/nowhere",
        threshold: 2,
        cosigners: EXAMPLE_COSIGNERS,
      },
      configured: {
        networks: "the one configured, any Bitcoin network",
        finality: "so many confirmations as configured, 6 by default",
      },
    },
  ],
  create: createVaultVenue,
};

function buildVenue(id: string, vault: Account, parts: WalletParts): Venue {
  const { settings, clock } = parts;
  const payments = createPayments(
    parts,
    (prepared) => openSigned(prepared, vault, settings.network),
    (signing) => openRequest({ account: vault }, signing).opened.inputs,
  );
  return {
    id,
    capabilities: () => capabilitiesOf(parts, "psbt", `; ${vault.threshold} of ${vault.keys.length} cosigners`),
    verify: () => verifyNode(parts),
    listWallets: async () => [
      {
        account: vault.id,
        asset: parts.item.asset.id,
        label: `${parts.item.asset.id} of ${vault.threshold} of ${vault.keys.length} cosigners`,
      },
    ],
    ...createReads(parts),
    offerSelfPayment: (wallet, wish) => offerSelf(parts, wallet, wish),
    requestSigning: async (plan) => requestPsbt(parts, plan, accountFor(plan, parts), clock.now()),
    async readSignatures(request, signatures) {
      return readPsbtStanding(await openAccount(parts, vault.id), request, signatures, clock.now());
    },
    readSigned(request, content): OwnerSignature[] {
      const { opened } = openRequest({ account: vault }, request);
      return signaturesIn(readPsbtText(content), opened, vault);
    },
    async prepare(plan, { signing, signatures, now }) {
      assert(signing !== null, `${plan.id} was signed by its cosigners before it is prepared`);
      const at = await openAccount(parts, accountFor(plan, parts));
      const { bytes, opened, from_height } = openRequest(at, signing);
      demandPlanned(parts, plan, at, opened);
      const raw = finishPsbt(bytes, opened, vault, signatures);
      const raw_tx = bytesToHex(raw);
      await demandAcceptable(at.rpc, raw_tx);
      const body: SignedBitcoin = {
        kind: "bitcoin_transaction",
        network: settings.network,
        account: vault.id,
        raw_tx,
        inputs: opened.inputs.map(({ amount, own }) => ({
          amount: amount.toString(),
          branch: own.branch,
          index: own.index,
        })),
        change: opened.outputs.flatMap(({ own }, vout) =>
          own === null ? [] : [{ vout, branch: own.branch, index: own.index }],
        ),
        from_height,
      };
      const prepared: PreparedSubmit = { reference: plan.id, body, tx_hash: opened.txid, prepared_at: now };
      assert(openSigned(prepared, vault, settings.network).fee === opened.fee, "what was finished is what was signed");
      return prepared;
    },
    decode: (prepared) => effectOf(prepared, parts, openSigned(prepared, vault, settings.network)),
    ...payments,
    cancel: async () => ({ outcome: "unsupported" }),
    health: () => parts.rpc.health(),
    close: async () => undefined,
  };
}
