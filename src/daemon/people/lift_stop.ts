/** A person lets go on what a finding stopped. It loosens a rule, so it needs the permission to resume and leaves its event. */
import { emit } from "../../audit/index.ts";
import { releaseSweeps, thawAsset } from "../../transfers/index.ts";
import { DaemonError } from "../errors.ts";
import type { DaemonDeps, LiftDraft } from "../types.ts";

/** @throws DaemonError anomaly_pool_unknown, anomaly_nothing_stopped */
export async function liftStop(deps: DaemonDeps, { pool_id, what, actor, reason }: LiftDraft): Promise<void> {
  const pool = deps.config.pools.find(({ id }) => id === pool_id);
  if (pool === undefined) throw new DaemonError("anomaly_pool_unknown", `There is no pool "${pool_id}".`);
  await deps.store.tx("anomaly.lift", async (tx) => {
    const lifted = what === "sweeps" ? await releaseSweeps(tx, pool_id) : await thawAsset(tx, pool.asset);
    if (!lifted) {
      const stopped = what === "sweeps" ? `sweeps of ${pool_id} are` : `${pool.asset} is`;
      throw new DaemonError("anomaly_nothing_stopped", `Nothing to lift: ${stopped} not stopped by a finding.`);
    }
    const payload = { pool_id, asset: pool.asset, what, reason };
    await emit(tx, deps.ids, { kind: "anomaly.lifted", ref: pool_id, actor, at: deps.clock.now(), payload });
  });
}
