/**
 * A Chainlink aggregator as a price source: `latestRoundData()` of AggregatorV3Interface. The answer counts only when it is positive,
 * of a finished round, and not carried over from an older one.
 */
import { createPublicClient, http, isAddress, parseAbi } from "viem";
import { type AssetId, ratio } from "../../money/index.ts";
import type { PriceSource, Quote } from "../../prices/types.ts";
import { priceFailure, type SourceInput } from "./market_source.ts";
import type { ChainlinkOptions } from "./options.ts";

const REQUEST_TIMEOUT_MS = 5_000;
const DECIMALS_MAX = 18;
const SECOND_MS = 1_000;
const ABI = parseAbi([
  "function decimals() view returns (uint8)",
  "function latestRoundData() view returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)",
]);

/** @example createChainlinkSource({ id: "chainlink", ...input }, { rpc_url, feeds: { BTC: "0x…" } }) */
export function createChainlinkSource(input: SourceInput, options: ChainlinkOptions): PriceSource {
  const { id, clock, currency } = input;
  const client = createPublicClient({
    transport: http(options.rpc_url, { timeout: REQUEST_TIMEOUT_MS, retryCount: 1 }),
  });
  const decimals = new Map<string, number>();

  const decimalsOf = async (address: `0x${string}`): Promise<number> => {
    const known = decimals.get(address) ?? (await client.readContract({ address, abi: ABI, functionName: "decimals" }));
    if (known > DECIMALS_MAX) throw priceFailure(id, `its feed has ${known} decimals`);
    decimals.set(address, known);
    return known;
  };

  const read = async (address: `0x${string}`): Promise<Quote> => {
    const digits = await decimalsOf(address);
    const [round, answer, , updated_at, answered_in] = await client.readContract({
      address,
      abi: ABI,
      functionName: "latestRoundData",
    });
    if (answer <= 0n) throw priceFailure(id, "its answer is not positive");
    if (updated_at === 0n) throw priceFailure(id, `round ${round} is not finished`);
    if (answered_in < round) throw priceFailure(id, `round ${round} carries the answer of round ${answered_in}`);
    return {
      source: id,
      price: ratio(answer * 10n ** BigInt(currency.decimals), 10n ** BigInt(digits)),
      source_time: Number(updated_at) * SECOND_MS,
      received_at: clock.now(),
    };
  };

  return {
    id,
    fetchQuote: async (asset: AssetId, wanted: AssetId) => {
      const address = options.feeds[asset];
      if (wanted !== currency.id) throw priceFailure(id, `it has no prices in ${wanted}`);
      if (address === undefined || !isAddress(address, { strict: false }))
        throw priceFailure(id, `it has no feed of ${asset}`);
      try {
        return await read(address);
      } catch (cause) {
        if (cause instanceof Error && "code" in cause && cause.code === "price_source_failed") throw cause;
        throw priceFailure(id, cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "no answer", cause);
      }
    },
    close: () => Promise.resolve(),
  };
}
