/** What a model in the shadow would have done, decided by the same function on the same snapshot. */
import { type Decision, decide, type PoolPolicy, type Snapshot } from "../policy/index.ts";

/** Null without a model in the shadow, and while it has too little to go on. */
export function decideShadow(snapshot: Snapshot, policy: PoolPolicy): Decision | null {
  const { model } = policy;
  if (model?.mode !== "shadow" || (snapshot.forecast?.model ?? null) === null) return null;
  return decide(snapshot, { ...policy, model: { ...model, mode: "live" } }, snapshot.taken_at);
}
