/** A Chainlink aggregator on a real chain: what it answers in each of its states, read as a price or refused. */
import { createRequire } from "node:module";
import { type Abi, createWalletClient, type Hex, http, publicActions } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareRatios, ratio } from "../../money/index.ts";
import { createSeededRandom } from "../../ports/index.ts";
import type { PriceSource } from "../../prices/types.ts";
import { localAccount, startAnvil } from "../../sandbox/chain/index.ts";
import { ManualClock } from "../conformance/manual_clock.ts";
import { createFetchPort } from "../http/index.ts";
import { createChainlinkSource } from "./index.ts";

const NOW = 1_800_000_000_000;
const ROUND = 18_446_744_073_709_562_000n;
/** AggregatorV3Interface, settable: what the real one answers is set by its nodes. */
const FEED = `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;
contract Feed {
  uint8 public decimals = 8;
  uint80 round; int256 answer; uint256 updatedAt; uint80 answeredIn;
  function set(uint80 r, int256 a, uint256 u, uint80 i) external { round = r; answer = a; updatedAt = u; answeredIn = i; }
  function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
    return (round, answer, updatedAt, updatedAt, answeredIn);
  }
}`;

describe("a Chainlink aggregator", () => {
  let anvil: Awaited<ReturnType<typeof startAnvil>>;
  let source: PriceSource;
  let set: (round: bigint, answer: bigint, updated_at: bigint, answered_in: bigint) => Promise<void>;

  beforeAll(async () => {
    anvil = await startAnvil();
    const { abi, bytecode } = compileFeed();
    const client = createWalletClient({ account: localAccount("deployer"), transport: http(anvil.url) }).extend(
      publicActions,
    );
    const wait = async (hash: Hex) => client.waitForTransactionReceipt({ hash, pollingInterval: 20 });
    const { contractAddress } = await wait(await client.deployContract({ abi, bytecode, chain: null }));
    const address = contractAddress ?? "0x";
    set = async (round, answer, updated_at, answered_in) => {
      const args = [round, answer, updated_at, answered_in];
      await wait(await client.writeContract({ address, abi, functionName: "set", args, chain: null }));
    };
    source = createChainlinkSource(
      {
        ...{ id: "chainlink", assets: new Map(), currency: { id: "USD", decimals: 2 }, clock: new ManualClock(NOW) },
        ...{ random: createSeededRandom(1), http: createFetchPort() },
      },
      { rpc_url: anvil.url, feeds: { BTC: address, ETH: localAccount("hot").address } },
    );
  });
  afterAll(() => anvil.stop());

  it("is read exactly, as old as its round", async () => {
    await set(ROUND, 6_712_345_678_901n, 1_799_999_990n, ROUND);
    const quote = await source.fetchQuote("BTC", "USD");
    expect(quote).toMatchObject({ source: "chainlink", source_time: 1_799_999_990_000, received_at: NOW });
    expect(compareRatios(quote.price, ratio(6_712_345_678_901n, 10n ** 6n))).toBe(0);
  });

  it.each([
    ["a price of zero", [ROUND, 0n, 1_799_999_990n, ROUND], "not positive"],
    ["a price below zero", [ROUND, -1n, 1_799_999_990n, ROUND], "not positive"],
    ["a round that is not finished", [ROUND, 1n, 0n, ROUND], "not finished"],
    ["an answer of an older round", [ROUND, 1n, 1_799_999_990n, ROUND - 1n], "carries the answer"],
  ] as const)("gives no price for %s", async (_name, [round, answer, updated_at, answered_in], reason) => {
    await set(round, answer, updated_at, answered_in);
    await expect(source.fetchQuote("BTC", "USD")).rejects.toMatchObject({ code: "price_source_failed" });
    await expect(source.fetchQuote("BTC", "USD")).rejects.toThrow(reason);
  });

  it("gives no price of what it has no feed of, in another currency, or at an address without one", async () => {
    for (const [asset, currency] of [
      ["SOL", "USD"],
      ["BTC", "EUR"],
      ["ETH", "USD"],
    ] as const) {
      await expect(source.fetchQuote(asset, currency)).rejects.toMatchObject({ code: "price_source_failed" });
    }
  });
});

function compileFeed(): { abi: Abi; bytecode: Hex } {
  const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
  const outputSelection = { "*": { "*": ["abi", "evm.bytecode.object"] } };
  const settings = { evmVersion: "paris", outputSelection };
  const input = { language: "Solidity", sources: { "Feed.sol": { content: FEED } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as {
    contracts: { "Feed.sol": { Feed: { abi: Abi; evm: { bytecode: { object: string } } } } };
  };
  const { abi, evm } = output.contracts["Feed.sol"].Feed;
  return { abi, bytecode: `0x${evm.bytecode.object}` };
}
