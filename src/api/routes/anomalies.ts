/** Findings of the detectors, and letting go on what one of them stopped. */
import type { EventRow } from "../../audit/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import { readAssetFrozen, readSweepsHeld } from "../../transfers/index.ts";
import { defineRoute, type Route } from "../route.ts";
import { type AnomalyList, AnomalyListSchema, LiftRequestSchema } from "../schemas/index.ts";
import type { ApiDeps } from "../types.ts";
import { printTime } from "../views/index.ts";

const FINDINGS_MAX = 100;
/** So many events are looked at for them. */
const EVENTS_MAX = 500;

async function readAnomalies(tx: ReadTx, { config, treasury }: ApiDeps): Promise<AnomalyList> {
  const stops: AnomalyList["stops"] = [];
  const stopped = new Set<string>();
  for (const { id: pool_id, asset } of config.pools) {
    const held = await readSweepsHeld(tx, pool_id);
    if (held !== null)
      stops.push({ pool_id, what: "sweeps", asset, reason: held.reason, since: printTime(held.since) });
    const frozen = await readAssetFrozen(tx, asset);
    if (frozen !== null && !stopped.has(asset)) {
      // Said once, with the first pool of the asset: it stops all of them.
      stopped.add(asset);
      stops.push({ pool_id, what: "asset", asset, reason: frozen.reason, since: printTime(frozen.since) });
    }
  }
  const events = await tx.find(tables.event, {
    where: { kind: "anomaly.found" },
    order_by: [
      ["at", "desc"],
      ["id", "desc"],
    ],
    limit: EVENTS_MAX,
  });
  const found = grouped(events.map(viewFinding)).slice(0, FINDINGS_MAX);
  return { as_of: printTime(treasury.deps.clock.now()), stops, findings: found };
}

type FoundView = AnomalyList["findings"][number];

function viewFinding({ at, payload }: EventRow): FoundView {
  const said = payload as Readonly<Record<string, unknown>>;
  const text = (name: string): string => String(said[name] ?? "");
  return {
    ...{ at: printTime(at), first_at: printTime(at), times: 1, subject: text("subject") },
    pool_id: text("pool_id"),
    detector: text("detector"),
    severity: text("severity"),
    action: text("action"),
    observed: text("observed"),
    expected: text("expected"),
    limit: text("limit"),
    sentence: text("sentence"),
  };
}

/** Newest first, both as given and as returned. */
function grouped(found: readonly FoundView[]): FoundView[] {
  const groups = new Map<string, FoundView>();
  for (const one of found) {
    const { pool_id, detector, subject, severity, action } = one;
    const key = JSON.stringify([pool_id, detector, subject, severity, action]);
    const newest = groups.get(key);
    groups.set(key, newest === undefined ? one : { ...newest, first_at: one.at, times: newest.times + 1 });
  }
  return [...groups.values()];
}

export const ANOMALY_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/anomalies",
    summary: "What the detectors found, and what it stops now",
    tag: "pools",
    permission: "read",
    out: AnomalyListSchema,
    handler: ({ deps }) => deps.treasury.deps.store.read("api.anomalies", (tx) => readAnomalies(tx, deps)),
  }),
  defineRoute({
    method: "post",
    path: "/v1/anomalies/lift",
    summary: "Let go on what a finding stopped",
    tag: "pools",
    permission: "resume",
    moves_money: true,
    body: LiftRequestSchema,
    out: AnomalyListSchema,
    handler: async ({ deps, body, caller }) => {
      await deps.treasury.liftStop({ ...body, actor: caller.actor });
      return deps.treasury.deps.store.read("api.anomalies", (tx) => readAnomalies(tx, deps));
    },
  }),
];
