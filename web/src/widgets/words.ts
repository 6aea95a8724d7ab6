/** Every state in its three forms: a word, an icon's shape and a colour. Nothing is told by colour alone. */
import type {
  Band,
  Exception,
  Freshness,
  Mode,
  OperationType,
  Pool,
  Severity,
  TransferState,
  Venue,
  Verdict,
} from "../api/types.ts";
import { compare } from "../format/decimal.ts";
import type { IconName } from "./icon.tsx";

export type Tone = "ok" | "watch" | "breach" | "info" | "plain";

export interface Word {
  readonly word: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

const say = (word: string, icon: IconName, tone: Tone): Word => ({ word, icon, tone });

export const FRESHNESS: Readonly<Record<Freshness, Word>> = {
  fresh: say("Fresh", "ok", "ok"),
  stale: say("Stale", "stale", "watch"),
  unknown: say("Unknown", "unknown", "breach"),
};

export const VENUE_STATES: Readonly<Record<Venue["state"], Word>> = {
  ok: say("Answers", "ok", "ok"),
  degraded: say("Degraded", "watch", "watch"),
  down: say("Does not answer", "breach", "breach"),
  unknown: say("Not asked yet", "unknown", "plain"),
};

export const BANDS: Readonly<Record<Band, Word>> = {
  emergency_low: say("Emergency low", "breach", "breach"),
  low: say("Below band", "watch", "watch"),
  inside: say("In band", "ok", "ok"),
  high: say("Above band", "watch", "watch"),
  emergency_high: say("Emergency high", "breach", "breach"),
  unknown: say("Unknown", "unknown", "breach"),
};

/** What the band of a pool with a small rule of its own says: an address that collects is no pool above its band. */
const TASK_BANDS: Readonly<Record<NonNullable<Pool["task"]>, Readonly<Partial<Record<Band, Word>>>>> = {
  gas: { inside: say("Supplied", "ok", "ok"), low: say("Needs gas", "watch", "watch") },
  deposits: {
    inside: say("Waits for the sweep minimum", "wait", "plain"),
    high: say("Ready to sweep", "transfers", "info"),
  },
};

/** Its asset, or its own name where another pool has the same. */
export function poolName({ id, asset }: Pick<Pool, "id" | "asset">, pools: readonly Pick<Pool, "asset">[]): string {
  return pools.filter((other) => other.asset === asset).length > 1 ? id : asset;
}

export function bandWord({ task, band }: Pick<Pool, "task" | "band">): Word {
  return (task === null ? undefined : TASK_BANDS[task][band]) ?? BANDS[band];
}

export const MODES: Readonly<Record<Mode, Word & { readonly meaning: string }>> = {
  observe: { ...say("Observe", "observe", "plain"), meaning: "watches and moves nothing" },
  advise: { ...say("Advise", "advise", "info"), meaning: "proposes; people move" },
  auto: { ...say("Auto", "auto", "ok"), meaning: "moves within its authority" },
  frozen: { ...say("Frozen", "frozen", "breach"), meaning: "sends nothing new; what is in flight is followed" },
};

export const VERDICTS: Readonly<Record<Verdict, Word>> = {
  hold: say("Hold", "ok", "ok"),
  move: say("Move", "transfers", "info"),
  wait: say("Wait", "wait", "watch"),
  blocked: say("Blocked", "blocked", "breach"),
  escalate: say("Escalate", "watch", "breach"),
};

export const SEVERITIES: Readonly<Record<Severity, Word>> = {
  normal: say("Normal", "dot", "plain"),
  urgent: say("Urgent", "watch", "watch"),
  emergency: say("Emergency", "breach", "breach"),
};

export const TRANSFER_STATES: Readonly<Record<TransferState, Word & { readonly meaning: string }>> = {
  planned: { ...say("Planned", "dot", "plain"), meaning: "Decided and written down; nothing was sent." },
  awaiting_approval: { ...say("Awaiting approval", "person", "watch"), meaning: "Waits for people; nothing was sent." },
  approved: { ...say("Approved", "ok", "info"), meaning: "May be sent; nothing was sent yet." },
  submitting: {
    ...say("Submitting", "unknown", "watch"),
    meaning: "Sent or being sent; do not send it again. The venue is asked until it answers.",
  },
  submitted: { ...say("Submitted", "arrow", "info"), meaning: "The venue has it; followed until it is final." },
  settled: { ...say("Settled", "ok", "ok"), meaning: "Final, and the receipt matches." },
  denied: { ...say("Denied", "blocked", "breach"), meaning: "A person or the re-check refused it; nothing was sent." },
  expired: { ...say("Expired", "stale", "plain"), meaning: "Its time passed; nothing was sent." },
  cancelled: { ...say("Cancelled", "close", "plain"), meaning: "Withdrawn before anything was sent." },
  held: {
    ...say("Held", "watch", "breach"),
    meaning: "The outcome is not proven; do not send it again. People settle it with evidence.",
  },
  failed: { ...say("Failed", "breach", "breach"), meaning: "Nothing moved; the venue refused or failed it." },
};

export const OPERATION_TYPES: Readonly<Record<OperationType, Word>> = {
  Manual: say("Manual", "person", "plain"),
  "Auto-Pilot": say("Auto-Pilot", "auto", "info"),
  "Stress test": say("Stress test", "simulate", "watch"),
  Emergency: say("Emergency", "breach", "breach"),
};

export const EXCEPTIONS: Readonly<Record<Exception["code"], string>> = {
  stale_balance: "Stale balance",
  unknown_balance: "Unknown balance",
  break: "Books differ",
  transfer_held: "Transfer held",
  transfer_failing: "Fails again and again",
  price: "Price",
  venue_error: "Venue error",
  audit_log_behind: "Database is an older copy",
  audit_log_forked: "Log went another way",
  audit_checkpoint_foreign: "Checkpoint of another log",
  witness_unreadable: "Witness cannot be asked",
  log_unwitnessed: "No witness can be asked",
  frozen: "Frozen",
  asset_frozen: "Asset frozen",
  sweeps_held: "Sweeps held",
  blocked: "Blocked",
  emergency: "Emergency",
};

const LOW_BANDS: readonly Band[] = ["emergency_low", "low"];

/** 100 % is twice the floor; below 50 % the floor itself is broken. Full health below the band is no "OK": a refill is due. */
export function healthWord(percent: string | null, band: Band = "inside"): Word {
  if (percent === null) return say("No floor", "unknown", "plain");
  if (compare(percent, "50") === -1) return say("Breach", "breach", "breach");
  if (compare(percent, "100") === -1) return say("Watch", "watch", "watch");
  return LOW_BANDS.includes(band) ? say("Below band", "watch", "watch") : say("OK", "ok", "ok");
}
