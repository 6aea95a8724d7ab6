/** The sandbox's public chain beside the venue: the same for every kind that keeps accounts of its own there. */
import { z } from "zod";
import { AssetCodec, get, type HttpRequest, readShape, wireInt } from "../http/index.ts";
import type { ChainBalance, WalletRef } from "../port.ts";

const explorerShape = z.object({ asset: z.string(), balance: z.string(), height: z.string(), time: wireInt });

export function askExplorer(wallet: WalletRef): HttpRequest {
  return get(`/explorer/${encodeURIComponent(wallet.account)}`);
}

/** @throws VenueError venue_invalid */
export function readExplorer(body: unknown, assets: ConstructorParameters<typeof AssetCodec>[0]): ChainBalance {
  const { asset, balance, height, time } = readShape(explorerShape, body, "chain balance");
  return { total: new AssetCodec(assets).reader(asset)(balance), as_of: time, height };
}
