/** Path parameters, and finding what they name. */
import { z } from "zod";
import type { PoolConfig } from "../../config/types.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import type { TransferRow } from "../../transfers/types.ts";
import { ApiError } from "../errors.ts";
import { IdSchema } from "../schemas/index.ts";
import type { ApiDeps } from "../types.ts";

export const IdParams = z.strictObject({ id: IdSchema });

/** @throws ApiError api_not_found */
export function poolOf({ config }: ApiDeps, id: string): PoolConfig {
  const pool = config.pools.find((item) => item.id === id);
  if (pool === undefined) throw notFound("pool", id);
  return pool;
}

/** A pool with levels, for what is asked about a band. @throws ApiError api_not_found */
export function bandPoolOf(deps: ApiDeps, id: string): PoolConfig {
  const pool = poolOf(deps, id);
  if (pool.policy.task !== undefined) throw notFound("pool with levels", id);
  return pool;
}

/** @throws ApiError api_not_found */
export async function transferOf(tx: ReadTx, id: string): Promise<TransferRow> {
  const row = await tx.get(tables.transfer, { id });
  if (row === undefined) throw notFound("transfer", id);
  return row;
}

export function notFound(what: string, id: string): ApiError {
  return new ApiError("api_not_found", `There is no ${what} "${id.slice(0, 128)}".`, { [what]: id.slice(0, 128) });
}

/** Of an asset of the registry. @throws ApiError api_input_invalid */
export function decimalsOf({ config }: ApiDeps, asset: string): number {
  const found = config.assets.get(asset);
  if (found !== undefined) return found.decimals;
  throw new ApiError("api_input_invalid", `There is no asset "${asset.slice(0, 64)}".`);
}
