/**
 * Refills ahead of need. When the forecast reaches the low level before a refill asked for then could land, it is asked for
 * now, larger by what is expected to leave until it lands; when the flow turns, a request that was not sent yet is withdrawn.
 * Only pools that opt in (`prestage`) do so, and only while there is a forecast.
 */
import { amountText, maxOf } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { type Finding, finding } from "./finding.ts";
import { idSet, type OpenMoves, unsent } from "./in_flight.ts";
import { instantText } from "./instant_text.ts";
import type { Intent } from "./intent.ts";
import type { Reach } from "./obligations.ts";
import { type Funds, fundsOf } from "./position.ts";
import { NO_NEED, type RefillNeed } from "./refill_need.ts";
import { durationText, shareText } from "./text.ts";
import type { PoolPolicy, ResolvedLevels, Snapshot } from "./types.ts";

/** A request is withdrawn only when breach is this many lead times away, so that people are not asked back and forth. */
const TURNED_LEADS = 2;

interface Frame {
  readonly snapshot: Snapshot;
  readonly policy: PoolPolicy;
  readonly now: Instant;
  readonly funds: Funds;
  readonly reach: Reach;
}

export function needOf(frame: Frame, levels: ResolvedLevels, open: OpenMoves): RefillNeed {
  const { snapshot, policy, now, reach } = frame;
  const { forecast } = snapshot;
  if (policy.prestage !== true || forecast === null || forecast.expected_outflow === undefined) return NO_NEED;
  const breach_at = forecast.breach_at ?? null;
  if (breach_at !== null && breach_at < landsBy(reach, now)) {
    // The forecast says that the low level is passed before a refill lands: then at least what is above it now has left.
    const short = maxOf(frame.funds.liquidity_cash - levels.low + 1n, 0n);
    return { ahead: maxOf(forecast.expected_outflow, short), turned: false };
  }
  const far = breach_at === null || breach_at > now + TURNED_LEADS * reach.lead_ms;
  const refills = unsent(open.to_liquidity);
  if (!far || refills.length === 0) return NO_NEED;
  const without = fundsOf(snapshot, idSet(refills), frame.funds).liquidity;
  return { ahead: 0n, turned: without > levels.low };
}

/** When a refill asked for at the next chance would be there: after the reopening where the sources close before it. */
function landsBy({ closing, until, lead_ms }: Reach, now: Instant): Instant {
  return closing === null ? now + lead_ms : until;
}

export function needFindings(
  { snapshot, policy, funds, reach, now }: Frame,
  levels: ResolvedLevels,
  need: RefillNeed,
  intent: Intent,
): readonly Finding[] {
  const findings: Finding[] = [];
  const { closing } = reach;
  if (need.ahead > 0n) {
    findings.push(
      finding("breach_before_refill", "none", "prestage", {
        observed: amountText(policy.asset, need.ahead),
        limit: durationText(landsBy(reach, now) - now),
        detail: instantText(snapshot.forecast?.breach_at ?? now),
      }),
    );
  }
  if (closing !== null && (need.ahead > 0n || funds.obliged > 0n)) {
    findings.push(
      finding("closing_before_breach", "none", "hours", {
        observed: instantText(closing.closes_at ?? now),
        limit: instantText(closing.opens_at ?? now),
        detail: closing.from_wallet,
      }),
    );
  }
  if (need.turned && intent.kind === "act" && intent.direction === null) {
    const text = (units: bigint): string => shareText(policy.asset, units, funds.total);
    const facts = { observed: text(intent.funds.liquidity), limit: text(levels.low) };
    findings.push(finding("flow_turned", "none", "prestage", facts));
  }
  return findings;
}
