/** A pool's own history, out and back in again. */
import { decodePolicy, encodePolicy } from "../../policy/index.ts";
import type { OwnLedger } from "../../tuning/types.ts";
import type { OwnFlows } from "../schemas/index.ts";
import { printTime } from "./printer.ts";

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
