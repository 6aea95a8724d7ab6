/**
 * Custody in a Safe 1.4.1: a move is proposed as a Safe transaction, its owners sign the EIP-712 hash, and with enough of
 * them an executor without any say of its own brings it to the chain. The signed execution is durable before it is sent. Where the owners
 * keep an allowance for the executor, what people approved in advance is paid out of that, without their signatures.
 */
import { getAddress, type Hex, isAddress } from "viem";
import { z } from "zod";
import type { PreparedSubmit } from "../../transfers/types.ts";
import type { VenueType } from "../index.ts";
import {
  broadcast,
  type ConnectorInput,
  chainShape,
  createChain,
  createHolding,
  createNonceLane,
  createRegistry,
  finalityOf,
  readKey,
  readOptions,
  readSignedTransaction,
  signReplacement,
  toChainSettings,
} from "../onchain/index.ts";
import type { Venue, VenueCapabilities } from "../port.ts";
import { prepareAllowance, readAllowance, verifyDelegates } from "./allowance.ts";
import { decodeAllowance, isAllowance } from "./allowance_decode.ts";
import { decodeExecution } from "./decode.ts";
import { findExecution, safeRefOf } from "./find.ts";
import { prepareExecution, requestSigning, type SafeParts } from "./propose.ts";
import { type ExpectedSafe, verifySafe } from "./safe_reader.ts";
import { readSignatures } from "./standing.ts";

const CONSISTENCY_WINDOW_MS = 10_000;
const OWNERS_MAX = 50;

const ownerAddress = z.custom<Hex>(
  (value) => typeof value === "string" && isAddress(value),
  "must be a checksummed address",
);

/** What a venue of type `safe` takes in the configuration. */
export const SafeOptions = z
  .strictObject({
    ...chainShape,
    safe: ownerAddress.describe("Address of the Safe"),
    owners: z
      .array(ownerAddress)
      .min(1)
      .max(OWNERS_MAX)
      .describe("Who owns it: the Safe is used only while the chain says the same"),
    threshold: z.number().int().min(1).max(OWNERS_MAX).describe("How many owners must sign, compared with the chain"),
    executor_private_key: z
      .string()
      .min(1)
      .describe("Key that brings signed transactions to the chain and pays the gas, by reference; it is no owner"),
    allowance_module: ownerAddress
      .optional()
      .describe("Safe's Allowance Module, if the owners let the executor's account pay within an allowance"),
  })
  .superRefine(({ owners, threshold }, context) => {
    const different = new Set(owners.map((owner) => owner.toLowerCase())).size;
    if (different < owners.length) {
      context.addIssue({ code: "custom", path: ["owners"], message: "the same owner stands there twice" });
    } else if (threshold > owners.length) {
      const message = `${threshold} signatures are needed of ${owners.length} owners: nothing could ever leave`;
      context.addIssue({ code: "custom", path: ["threshold"], message });
    }
  });

/**
 * @throws VenueError venue_invalid for wrong options, venue_auth for an unusable key
 * @example createSafeVenue({ id: "safe", options: { safe: "0x…", owners: [...], threshold: 2, ... }, ... })
 */
export function createSafeVenue(input: ConnectorInput): Venue {
  const options = readOptions(SafeOptions, input.options, input.id);
  const settings = toChainSettings(options);
  const expected: ExpectedSafe = {
    safe: getAddress(options.safe),
    owners: options.owners.map((owner) => getAddress(owner)),
    threshold: options.threshold,
    allowance_module: options.allowance_module === undefined ? null : getAddress(options.allowance_module),
  };
  const executor = { account: readKey(options.executor_private_key, `venue "${input.id}"`), lane: createNonceLane() };
  return buildVenue(input.id, {
    chain: createChain(settings, input.clock),
    registry: createRegistry(settings.network, input.assets, input.instruments),
    expected,
    executor,
  });
}

const EXAMPLE_OPTIONS = {
  ...{ network: "ethereum", chain_id: 1, rpc_urls: ["http://127.0.0.1:9"], gas_price_max: "1 gwei", start_block: 0 },
  safe: "0x0000000000000000000000000000000000000001",
  owners: [2, 3, 4].map((last) => `0x${String(last).padStart(40, "0")}`),
  threshold: 2,
  executor_private_key: `0x${"22".repeat(32)}`,
};

const SAID = {
  networks: "the one configured, any EVM chain",
  finality: "the chain's `finalized` block, its `safe` block, or confirmations, as configured",
};

export const SAFE_TYPE: VenueType = {
  type: "safe",
  summary: "Custody in a Safe 1.4.1.",
  options: SafeOptions,
  address: (url) => ({ rpc_urls: [url] }),
  examples: [
    { name: "safe", options: EXAMPLE_OPTIONS, configured: SAID },
    {
      name: "safe_allowance",
      options: { ...EXAMPLE_OPTIONS, allowance_module: "0x0000000000000000000000000000000000000005" },
      configured: SAID,
    },
  ],
  create: createSafeVenue,
};

function buildVenue(id: string, parts: SafeParts): Venue {
  const { chain, registry, expected, executor } = parts;
  const keepNonce = (prepared: PreparedSubmit): void => {
    executor.lane.keep(prepared.reference, readSignedTransaction(prepared).nonce, chain.clock.now());
  };
  return {
    id,
    capabilities: () => capabilitiesOf(parts),
    async verify() {
      await verifySafe(chain, expected);
      if (expected.allowance_module !== null) await verifyDelegates(parts, expected.allowance_module);
    },
    ...createHolding(chain, registry, expected.safe, false),
    requestSigning: (plan) => requestSigning(parts, plan),
    readSignatures: (request, signatures) => readSignatures(parts, request, signatures),
    ...allowanceOf(parts),
    prepare: (plan, context) =>
      context.signing === null ? prepareAllowance(parts, plan, context.now) : prepareExecution(parts, plan, context),
    // The executor pays the gas, and the owners' signatures stay what they are: only the price of the outer transaction changes.
    prepareReplacement: (_plan, prepared, { now }) => signReplacement(chain, executor, prepared, null, now),
    decode: (prepared) =>
      isAllowance(parts, prepared)
        ? decodeAllowance(parts, prepared)
        : decodeExecution(chain.settings, registry, expected, prepared),
    async submit(prepared) {
      keepNonce(prepared);
      return broadcast(chain, prepared, executor.account.address, safeRefOf(parts, prepared));
    },
    async find(query) {
      if (query.prepared !== null) keepNonce(query.prepared);
      return findExecution(parts, query);
    },
    cancel: async () => ({ outcome: "unsupported" }),
    doubts: chain.doubts,
    close: async () => undefined,
  };
}

function allowanceOf(parts: SafeParts): Pick<Venue, "readAllowance"> {
  const { registry, expected } = parts;
  const { allowance_module } = expected;
  if (allowance_module === null) return {};
  return { readAllowance: ({ asset }) => readAllowance(parts, allowance_module, registry.ofAsset(asset)) };
}

function capabilitiesOf({ chain, expected }: SafeParts): VenueCapabilities {
  const { finality, ...reopening } = finalityOf(chain.settings);
  return {
    idempotency: { kind: "signed_transaction" },
    lookup_by_reference: true,
    consistency_window_ms: CONSISTENCY_WINDOW_MS,
    list_movements: true,
    cancel: false,
    push: false,
    webhooks: false,
    approval_stage: false,
    signing: "eip712_safe",
    ...reopening,
    finality: `${finality}; ${expected.threshold} of ${expected.owners.length} owners`,
    networks: [chain.settings.network],
    chain_id: chain.settings.chain_id,
  };
}
