/**
 * A token's own word on its decimals against our registry. Ours is the one that counts in every sum, and a token that says another
 * number is not the token we think it is, or our registry is wrong: that instrument stands still, the others go on.
 */
import type { PublicClient } from "viem";
import type { Instant } from "../../ports/index.ts";
import { VenueError } from "../index.ts";
import { isRevert, nodeError } from "./node_error.ts";
import type { Chain, ChainInstrument } from "./types.ts";

/** A token may be upgraded: it is asked again. */
const ASK_AGAIN_MS = 3_600_000;

const DECIMALS_ABI = [
  { type: "function", name: "decimals", stateMutability: "view", inputs: [], outputs: [{ type: "uint8" }] },
] as const;

export type DecimalsCheck = (item: ChainInstrument) => Promise<void>;

/** @throws VenueError venue_invalid when the token says another number; one that says none is believed to be as registered */
export function createDecimalsCheck({
  client,
  clock,
  heads,
}: Pick<Chain, "client" | "clock" | "heads">): DecimalsCheck {
  const agreed_at = new Map<string, Instant>();
  return async (item) => {
    if (item.contract === null) return;
    const { id } = item.instrument;
    const now = clock.now();
    if (now - (agreed_at.get(id) ?? Number.NEGATIVE_INFINITY) < ASK_AGAIN_MS) return;
    // At a block that is named by its number, so that every node that must agree is asked.
    const said = await readDecimals(client, item, (await heads()).final.number);
    if (said !== null && said !== item.instrument.decimals) {
      const message = `${id} has ${item.instrument.decimals} decimals in the configuration, and its contract ${item.contract} says ${said}. Nothing of it is read or moved until they agree.`;
      throw new VenueError("venue_invalid", message, { instrument: id, configured: item.instrument.decimals, said });
    }
    agreed_at.set(id, now);
  };
}

/** Null: the token has no such function, which ERC-20 allows. */
async function readDecimals(
  client: PublicClient,
  { contract }: ChainInstrument,
  blockNumber: bigint,
): Promise<number | null> {
  if (contract === null) return null;
  try {
    return await client.readContract({ address: contract, abi: DECIMALS_ABI, functionName: "decimals", blockNumber });
  } catch (error) {
    if (isRevert(error)) return null;
    throw nodeError(error, "name the token's decimals");
  }
}
