/**
 * The same payment with a higher fee (BIP 125): the same coins, the same mark, the same output to others; only the change pays. At most one
 * of the two can ever be mined, because both spend the same coins. What it spends from and waits too is paid for with it; and one whose
 * change a later payment spends is not replaced, because that payment would be undone: the later one is sped up and pays for both.
 */
import { maxOf, minOf } from "../../money/index.ts";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import type { AccountAt } from "./balance.ts";
import { type Payment, paysAsPlanned, type SelfTerms } from "./coin_asset.ts";
import { assemble, type Draft, draftReplacement, markOf } from "./draft.ts";
import { readFeeRate, readRelayRate } from "./fee_rate.ts";
import { lackOf, readPoolEntry } from "./pool.ts";
import { type Opened, readSigned } from "./signed.ts";
import { type Branch, type Coin, outpointText } from "./types.ts";
import { feeOf, rateOf } from "./units.ts";

/** A quarter more than before at least: what was too little for hours is not cured by a satoshi. */
const STEP_PERCENT = 125n;

/**
 * `reserved`: coins of other payments that are prepared or being signed, and perhaps in no pool yet.
 * @throws VenueError venue_policy_denied where neither change nor limit bears it, venue_transient while fees are above their limit
 * or another payment spends its change
 */
export async function draftDearer(
  at: AccountAt,
  terms: Payment | SelfTerms,
  prepared: PreparedSubmit,
  opened: Opened,
  reserved: () => ReadonlySet<string>,
): Promise<Draft> {
  const draft = toDraft(at, prepared, opened);
  if (!paysAsPlanned(opened.paid, terms) || opened.sequence !== markOf(terms)) {
    throw new VenueError("venue_policy_denied", "It cannot be sped up: what was sent is not the planned payment.");
  }
  const { rpc, settings } = at;
  const waiting = await readPoolEntry(rpc, opened.txid);
  if (waiting !== null && waiting.descendants > 0) {
    throw new VenueError(
      "venue_transient",
      `It cannot be replaced: later payments (${waiting.descendants}) spend its change and would be undone; they pay for it when they are sped up.`,
    );
  }
  const asked = await readFeeRate(rpc, settings.fee);
  const raised = (rateOf(draft.fee, draft.weight) * STEP_PERCENT) / 100n;
  const rate = maxOf(asked, raised);
  const capped = minOf(rate, settings.fee.rate_max);
  const lack = waiting === null ? 0n : lackOf(waiting.ancestors, capped);
  if (feeOf(draft.weight, capped) + lack <= draft.fee) {
    throw new VenueError(
      "venue_transient",
      "It cannot be sped up: it already offers the highest rate that is allowed.",
    );
  }
  const replacement = draftReplacement(draft, terms, {
    fee_rate: capped,
    relay_rate: await readRelayRate(rpc),
    lack,
  });
  // Last of all, after every answer of the node: what is reserved by now is seen.
  demandUnspent(opened, reserved());
  return replacement;
}

/** No pool shows what still waits for signatures or for its first broadcast. @throws VenueError venue_transient */
function demandUnspent({ txid, outputs }: Opened, reserved: ReadonlySet<string>): void {
  if (!outputs.some((_, vout) => reserved.has(outpointText({ txid, vout })))) return;
  throw new VenueError(
    "venue_transient",
    "It cannot be replaced: another payment that is prepared or being signed spends its change and would be undone; that one pays for both when it is sent.",
  );
}

/** What was signed, as it was before. */
function toDraft({ account }: AccountAt, prepared: PreparedSubmit, opened: Opened): Draft {
  const { change } = readSigned(prepared);
  const inputs = opened.inputs.map(
    (input): Coin => ({
      ...input,
      script: account.scriptAt(input.branch, input.index).script,
      confirmations: 0,
      trusted: true,
    }),
  );
  const outputs = opened.outputs.map(({ script, amount }, vout) => {
    const own = change.find((each) => each.vout === vout);
    return { script, amount, own: own === undefined ? null : { branch: own.branch as Branch, index: own.index } };
  });
  return assemble(account, inputs, outputs, opened.sequence);
}
