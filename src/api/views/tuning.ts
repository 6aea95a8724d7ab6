/** A pool's own history, out and back in again. */
import { decodePolicy, encodePolicy } from "../../policy/index.ts";
import { policyYaml, reportOf } from "../../tuning/index.ts";
import type { OwnLedger, PolicyProposalRow } from "../../tuning/types.ts";
import type { OwnFlows, PolicyProposal } from "../schemas/index.ts";
import { printTime, printTimeOrNull } from "./printer.ts";

export function viewOwnFlows({ policy, start_ms, ...ledger }: OwnLedger): OwnFlows {
  const { liquidity, inflow, outflow, notes } = ledger;
  return {
    ...ledger,
    policy: encodePolicy(policy),
    start: printTime(start_ms),
    liquidity: [...liquidity],
    inflow: [...inflow],
    outflow: [...outflow],
    notes: [...notes],
  };
}

/** What the API sent, as it was read. */
export function parseOwnFlows({ policy, start, ...flows }: OwnFlows): OwnLedger {
  return { ...flows, policy: decodePolicy(policy), start_ms: Date.parse(start) };
}

export function viewPolicyProposal(row: PolicyProposalRow): PolicyProposal {
  const { id, pool_id, state, from_digest, to_digest, ended_by, note } = row;
  const { name, sentence, from, to, tried, current, proposed } = reportOf(row);
  const policy = decodePolicy(row.policy);
  return {
    ...{ id, pool_id, asset: policy.asset.id, state, name, sentence, from_digest, to_digest },
    ...{ policy: encodePolicy(policy), yaml: policyYaml(policy), tried, current, proposed, ended_by, note },
    period: { from: printTime(from), to: printTime(to) },
    created_at: printTime(row.created_at),
    ended_at: printTimeOrNull(row.ended_at),
  };
}
