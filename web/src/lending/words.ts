/** The states of lending in their three forms: a word, a shape and a colour. */
import type { Facility, FacilityDetail, Liquidation, LtvView, MarginCall, Stage, Substitution } from "../api/types.ts";
import type { Tone, Word } from "../widgets/words.ts";

const say = (word: string, icon: Word["icon"], tone: Tone): Word => ({ word, icon, tone });

export const STAGES: Readonly<Record<Stage, Word>> = {
  sound: say("Sound", "ok", "ok"),
  initial: say("Above initial", "dot", "plain"),
  warning: say("Warning", "watch", "watch"),
  margin_call: say("Margin call", "stale", "breach"),
  liquidation: say("Liquidation", "breach", "breach"),
};

export const LEVELS: Readonly<Record<Exclude<Stage, "sound">, string>> = {
  initial: "initial",
  warning: "warning",
  margin_call: "margin call",
  liquidation: "liquidation",
};

export const FACILITY_STATES: Readonly<Record<Facility["state"], Word & { readonly meaning: string }>> = {
  proposed: { ...say("Proposed", "person", "watch"), meaning: "Waits for people; nothing was opened." },
  approved: { ...say("Approved", "wait", "info"), meaning: "Its collateral wallets are being opened." },
  awaiting_collateral: {
    ...say("Awaiting collateral", "down", "info"),
    meaning: "The borrower deposits; nothing may be drawn yet.",
  },
  active: { ...say("Active", "ok", "ok"), meaning: "It is watched at every price." },
  matured: { ...say("Matured", "stale", "watch"), meaning: "Its day has come, and something is still owed or held." },
  defaulted: {
    ...say("Defaulted", "breach", "breach"),
    meaning: "Still owed after the grace, or nothing stands behind it any more.",
  },
  closed: { ...say("Closed", "ok", "plain"), meaning: "Paid, and its collateral went back." },
  denied: { ...say("Denied", "blocked", "plain"), meaning: "A person refused it." },
  expired: { ...say("Expired", "stale", "plain"), meaning: "Nobody approved it in time." },
  cancelled: { ...say("Cancelled", "close", "plain"), meaning: "Ended before anything was drawn." },
};

export const CALL_STATES: Readonly<Record<MarginCall["state"], Word>> = {
  open: say("Open", "dot", "watch"),
  notified: say("Notified", "live", "watch"),
  cured: say("Cured", "ok", "ok"),
  escalated: say("Escalated", "watch", "breach"),
  liquidating: say("Liquidating", "breach", "breach"),
  closed: say("Closed", "close", "plain"),
};

export const SALE_STATES: Readonly<Record<Liquidation["state"], Word & { readonly meaning: string }>> = {
  planned: { ...say("Planned", "dot", "plain"), meaning: "Sized and quoted; nothing has moved." },
  moving: {
    ...say("Moving", "transfers", "watch"),
    meaning: "The collateral goes to the market as a transfer under the quorum of custody.",
  },
  selling: { ...say("Selling", "down", "breach"), meaning: "The collateral is at the market; orders are placed." },
  returning: { ...say("Returning", "arrow", "info"), meaning: "Cured before the sale: what is left goes home." },
  done: { ...say("Done", "ok", "ok"), meaning: "Sold, and the proceeds are applied." },
  stopped: { ...say("Stopped", "close", "plain"), meaning: "Ended before everything was sold." },
};

export const SUBSTITUTION_STATES: Readonly<Record<Substitution["state"], Word & { readonly meaning: string }>> = {
  open: { ...say("Proposed", "person", "watch"), meaning: "Waits for people; nothing was asked for." },
  awaiting_collateral: {
    ...say("Awaiting the new", "down", "info"),
    meaning: "The new collateral has to come and be confirmed; the old one stays until then.",
  },
  releasing: { ...say("Releasing", "transfers", "info"), meaning: "The new one is there; the old one goes home." },
  done: { ...say("Done", "ok", "ok"), meaning: "The new collateral took the place of the old one." },
  denied: { ...say("Denied", "blocked", "plain"), meaning: "A person refused it." },
  expired: { ...say("Expired", "stale", "plain"), meaning: "Its time passed; the old collateral stays." },
  cancelled: { ...say("Cancelled", "close", "plain"), meaning: "Taken back before anything was released." },
  stopped: { ...say("Stopped", "watch", "breach"), meaning: "Its release ended unpaid: people say what may leave." },
};

export const ORDER_STATES: Readonly<Record<Liquidation["orders"][number]["state"], Word>> = {
  placing: say("Placing", "unknown", "watch"),
  open: say("Open", "arrow", "info"),
  filled: say("Filled", "ok", "ok"),
  cancelled: say("Cancelled", "close", "plain"),
  rejected: say("Rejected", "blocked", "breach"),
  held: say("Held", "watch", "breach"),
};

export const NOTICE_STATES: Readonly<Record<FacilityDetail["notices"][number]["state"], Word>> = {
  queued: say("Queued", "wait", "watch"),
  delivered: say("Delivered", "ok", "ok"),
  failed: say("Failed", "breach", "breach"),
};

export const DEPOSIT_STATES: Readonly<Record<FacilityDetail["deposits"][number]["state"], Word>> = {
  posted: say("Counts", "ok", "ok"),
  waiting: say("Waits for a person", "person", "watch"),
  accepted: say("Accepted", "ok", "ok"),
  own: say("A move of ours", "transfers", "plain"),
};

export const TRUST: Readonly<Record<"act" | "warn" | "unknown", Word & { readonly meaning: string }>> = {
  act: { ...say("May act", "ok", "ok"), meaning: "Enough fresh sources agree: it may set off calls and sales." },
  warn: { ...say("Warns only", "watch", "watch"), meaning: "Too few sources agree: warnings only, nothing is sold." },
  unknown: { ...say("Unknown", "unknown", "breach"), meaning: "No sources to trust: nothing is judged by it." },
};

/** Where there is no ratio to show, the reason has a name. */
export function ltvWord({ state }: Pick<LtvView, "state">): Word | null {
  switch (state) {
    case "ratio":
      return null;
    case "no_loan":
      return say("No loan", "dot", "plain");
    case "no_collateral":
      return say("No collateral", "breach", "breach");
    case "unknown":
      return say("Unknown", "unknown", "breach");
  }
}

/** The one word for where a facility stands: its stage while money is owed, its state otherwise. */
export function standingOf({ state, stage, ltv }: Pick<Facility, "state" | "stage" | "ltv">): Word {
  return state === "active" && ltv.state !== "no_loan" ? STAGES[stage] : FACILITY_STATES[state];
}
