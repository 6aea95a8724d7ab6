/** What is left of collateral after a release, and does not carry its own way: it is named, and keeps no loan open. */
import { TidegateError } from "../errors/index.ts";
import { tables } from "../store/index.ts";
import { messageOf } from "../transfers/index.ts";
import type { LendingDeps } from "./deps.ts";
import { isDust, readMoveTerms } from "./move_fee.ts";
import { owedOf, RELEASABLE } from "./position.ts";
import { say } from "./say.ts";
import type { FacilityRow } from "./types.ts";

/**
 * What a loan that owes nothing still holds where none of it carries its own way home, as people read it; null where something does, or
 * nothing is held. Only after a release: before that nobody has asked for it.
 */
export async function dustOf(deps: LendingDeps, row: FacilityRow): Promise<string | null> {
  const held = row.terms.collateral.filter(({ asset }) => BigInt(row.held[asset] ?? "0") > 0n);
  const selling = Object.values(row.selling).some((units) => BigInt(units) > 0n);
  if (held.length === 0 || selling || owedOf(row) > 0n || !RELEASABLE.includes(row.state)) return null;
  const where = { facility_id: row.id, kind: "release", state: "done" } as const;
  const [released] = await deps.store.read("facility.released", (tx) =>
    tx.find(tables.collateralMove, { where, limit: 1 }),
  );
  if (released === undefined) return null;
  const left: string[] = [];
  try {
    for (const entry of held) {
      const units = BigInt(row.held[entry.asset] ?? "0");
      const offered = await readMoveTerms(deps, row, entry);
      if (offered === null || !isDust(entry, offered, units)) return null;
      left.push(say(deps.config, entry.asset, units));
    }
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    deps.log.warn({ facility: row.id, cause: messageOf(error) }, "What is left of it cannot be judged now.");
    return null;
  }
  return left.join(" and ");
}
