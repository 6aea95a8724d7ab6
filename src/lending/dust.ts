/** What is left of collateral after a release, and does not carry its own way: it is named, and keeps no loan open. */
import { TidegateError } from "../errors/index.ts";
import { tables } from "../store/index.ts";
import { messageOf } from "../transfers/index.ts";
import type { LendingDeps } from "./deps.ts";
import { isDust, readMoveTerms } from "./move_fee.ts";
import { placeId } from "./places.ts";
import { owedOf, RELEASABLE } from "./position.ts";
import { say } from "./say.ts";
import type { CollateralDoc, FacilityRow } from "./types.ts";

/**
 * What a loan that owes nothing still holds where none of it carries its own way home, as people read it; null where something does, or
 * nothing is held. Only after a release: before that nobody has asked for it.
 */
export async function dustOf(deps: LendingDeps, row: FacilityRow): Promise<string | null> {
  if (owedOf(row) > 0n || row.liquidation_id !== null || !RELEASABLE.includes(row.state)) return null;
  const rests = restsOf(deps, row);
  if (rests.length === 0) return null;
  const where = { facility_id: row.id, kind: "release", state: "done" } as const;
  const [released] = await deps.store.read("facility.released", (tx) =>
    tx.find(tables.collateralMove, { where, limit: 1 }),
  );
  if (released === undefined && rests.some(({ at }) => at === "")) return null;
  try {
    for (const { entry, units, wallet_id } of rests) {
      const offered = await readMoveTerms(deps, wallet_id, entry.network);
      if (offered === null || !isDust(entry, offered, units)) return null;
    }
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    deps.log.warn({ facility: row.id, cause: messageOf(error) }, "What is left of it cannot be judged now.");
    return null;
  }
  return rests.map(({ entry, units, at }) => `${say(deps.config, entry.asset, units)}${at}`).join(" and ");
}

interface Rest {
  readonly entry: CollateralDoc;
  readonly units: bigint;
  readonly wallet_id: string;
  /** Where it lies, in words; empty: in the loan's own wallet. */
  readonly at: string;
}

/** What it holds, and what a sale left at its market. */
function restsOf({ config }: LendingDeps, { id, terms, held, selling }: FacilityRow): Rest[] {
  return terms.collateral.flatMap((entry) => {
    const market = config.credit?.liquidation.markets.find(({ asset }) => asset === entry.asset);
    const own = { entry, units: BigInt(held[entry.asset] ?? "0"), wallet_id: placeId(id, entry.asset), at: "" };
    const units = BigInt(selling[entry.asset] ?? "0");
    return [own, { entry, units, wallet_id: market?.wallet ?? "", at: " at the market" }].filter(
      (rest) => rest.units > 0n,
    );
  });
}
