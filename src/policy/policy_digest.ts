/** The name of a policy: the digest of all of it. Decisions, plans and events carry it. */
import { digestOf } from "../digest/index.ts";
import type { PoolPolicy } from "./types.ts";

/** Lower-case hex SHA-256 over the canonical JSON of the policy. Any change of any field changes it. */
export function policyDigest(policy: PoolPolicy): string {
  return digestOf("policy", policy);
}
