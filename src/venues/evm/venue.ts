/**
 * A hot wallet on any EVM chain. The signed transaction is the idempotency key: it is durable before it is broadcast, its
 * hash is known in advance, and sending it again has no second effect.
 *
 * Gas is paid in the chain's coin by the same account. It is no fee of a token: a transfer without coin for gas waits when it is
 * prepared (`venue_insufficient`), and the coin itself is watched as a wallet of kind `gas`. Of the coin itself it is the fee.
 */
import { z } from "zod";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import type { VenueType } from "../index.ts";
import {
  broadcast,
  type Chain,
  type ChainRegistry,
  type ConnectorInput,
  chainShape,
  createChain,
  createHolding,
  createNonceLane,
  createRegistry,
  finalityOf,
  paymentOf,
  readKey,
  readOptions,
  readSignedTransaction,
  type SigningAccount,
  signCall,
  signReplacement,
  toChain,
  toChainSettings,
  verifyChain,
} from "../onchain/index.ts";
import type { FindOutcome, FindQuery, PrepareContext, SubmitOutcome, Venue, VenueCapabilities } from "../port.ts";
import { decodeTransfer } from "./decode.ts";
import { findTransfer, venueRefOf } from "./find.ts";

/** A pool may not show a transaction for a moment after it took it. */
export const CONSISTENCY_WINDOW_MS = 10_000;

/** What a venue of type `evm` takes in the configuration. */
export const EvmOptions = z.strictObject({
  ...chainShape,
  private_key: z.string().min(1).describe("Key of the hot wallet, by reference: file:keys/hot.json, mode 0600"),
});

/**
 * @throws VenueError venue_invalid for wrong options, venue_auth for an unusable key
 * @example createEvmVenue({ id: "chain", options: { network: "ethereum", chain_id: 1, ... }, assets, instruments, clock })
 */
export function createEvmVenue(input: ConnectorInput): Venue {
  const options = readOptions(EvmOptions, input.options, input.id);
  const settings = toChainSettings(options);
  const chain = createChain(settings, input.clock);
  const registry = createRegistry(settings.network, input.assets, input.instruments);
  const signer: SigningAccount = {
    account: readKey(options.private_key, `venue "${input.id}"`),
    lane: createNonceLane(),
  };
  return buildVenue(input.id, { chain, registry, signer });
}

const SAID = {
  networks: "the one configured, any EVM chain",
  finality: "the chain's `finalized` block, its `safe` block, or confirmations, as configured",
};

export const EVM_TYPE: VenueType = {
  type: "evm",
  summary: "A hot wallet on an EVM chain: one key, one account.",
  options: EvmOptions,
  address: (url) => ({ rpc_urls: [url] }),
  examples: [
    {
      name: "evm",
      options: {
        ...{
          network: "ethereum",
          chain_id: 1,
          rpc_urls: ["http://127.0.0.1:9"],
          gas_price_max: "1 gwei",
          start_block: 0,
        },
        private_key: `0x${"11".repeat(32)}`,
      },
      configured: SAID,
    },
  ],
  create: createEvmVenue,
};

interface Parts {
  readonly chain: Chain;
  readonly registry: ChainRegistry;
  readonly signer: SigningAccount;
}

function buildVenue(id: string, { chain, registry, signer }: Parts): Venue {
  const { address } = signer.account;
  /** A transaction that is spoken of holds its nonce, also after a restart. */
  const keepNonce = (prepared: PreparedSubmit): void => {
    signer.lane.keep(prepared.reference, readSignedTransaction(prepared).nonce, chain.clock.now());
  };
  return {
    id,
    capabilities: () => capabilitiesOf(chain),
    verify: () => verifyChain(chain),
    ...createHolding(chain, registry, address, true),
    async prepare(plan: TransferPlan, context: PrepareContext): Promise<PreparedSubmit> {
      const { item, payment } = paymentOf(plan, chain.settings, registry, address);
      await chain.assertDecimals(item);
      const cost_max = item.contract === null ? toChain(item, BigInt(plan.fee_max)) : null;
      return signCall(chain, signer, { reference: plan.id, ...payment, cost_max }, context.now);
    },
    async prepareReplacement(plan, prepared, { now }) {
      const { item } = paymentOf(plan, chain.settings, registry, address);
      const cost_max = item.contract === null ? toChain(item, BigInt(plan.fee_max)) : null;
      return signReplacement(chain, signer, prepared, cost_max, now);
    },
    decode: (prepared) => decodeTransfer(chain.settings, registry, address, prepared),
    async submit(prepared: PreparedSubmit): Promise<SubmitOutcome> {
      keepNonce(prepared);
      return broadcast(chain, prepared, address, venueRefOf(chain, prepared));
    },
    async find(query: FindQuery): Promise<FindOutcome> {
      if (query.prepared !== null) keepNonce(query.prepared);
      return findTransfer(chain, registry, address, query);
    },
    cancel: async () => ({ outcome: "unsupported" }),
    doubts: chain.doubts,
    close: async () => undefined,
  };
}

function capabilitiesOf({ settings }: Chain): VenueCapabilities {
  return {
    idempotency: { kind: "signed_transaction" },
    lookup_by_reference: true,
    consistency_window_ms: CONSISTENCY_WINDOW_MS,
    list_movements: true,
    cancel: false,
    push: false,
    webhooks: false,
    approval_stage: false,
    signing: "digest",
    ...finalityOf(settings),
    networks: [settings.network],
    chain_id: settings.chain_id,
  };
}
