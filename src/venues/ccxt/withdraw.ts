/**
 * A withdrawal, from plan to look-up. What is frozen is the exchange's own request and the fee that it was reckoned with; right before
 * it is sent the terms are read once more, because an exchange that changed its fee in between would deliver another amount.
 */
import { z } from "zod";
import { type Asset, type AssetId, printDecimal } from "../../money/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { parseJson, preparedBytes, readShape } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { DecodedEffect, FindOutcome, FindQuery, PrepareContext, SubmitOutcome } from "../port.ts";
import type { ExchangeApi, ExchangeDialect, ExchangeFacts, Terms, WithdrawalRecord } from "./dialect.ts";

/** How long before it was prepared a request may have been made, where nothing was prepared. */
const SINCE_UNKNOWN_MS = 7 * 86_400_000;

const frozenShape = z.strictObject({
  call: z.strictObject({
    api: z.string(),
    method: z.literal("POST"),
    path: z.string(),
    params: z.record(z.string(), z.string()),
  }),
  asset: z.string(),
  network: z.string(),
  reference: z.string(),
  fee: z.string().regex(/^\d{1,78}$/),
  fee_max: z.string().regex(/^\d{1,78}$/),
});

export interface WithdrawInput {
  readonly api: ExchangeApi;
  readonly dialect: ExchangeDialect;
  readonly facts: ExchangeFacts;
  readonly assets: ReadonlyMap<AssetId, Asset>;
}

/** @throws VenueError venue_invalid for an amount that this network would refuse or round, venue_transient */
export async function prepareWithdrawal(
  input: WithdrawInput,
  plan: TransferPlan,
  context: PrepareContext,
): Promise<PreparedSubmit> {
  const terms = await termsOf(input, plan.asset, plan.network);
  checkAmount(input, plan, terms);
  const frozen = {
    call: input.dialect.withdrawal(plan, terms.fee),
    asset: plan.asset,
    network: plan.network,
    reference: plan.id,
    fee: String(terms.fee),
    fee_max: plan.fee_max,
  };
  const body = { bytes: JSON.stringify(frozen) };
  return { reference: plan.id, body, tx_hash: null, prepared_at: context.now };
}

/** The effect of the request itself, not of what stands beside it. @throws VenueError venue_invalid */
export function decodeWithdrawal({ dialect, facts }: WithdrawInput, prepared: PreparedSubmit): DecodedEffect {
  const frozen = readFrozen(prepared);
  const effect = dialect.decode(frozen.call, BigInt(frozen.fee));
  if (effect.asset !== frozen.asset || (effect.reference !== null && effect.reference !== frozen.reference)) {
    throw new VenueError("venue_invalid", "The prepared request is not that of its transfer.");
  }
  return {
    from_account: facts.account,
    to_address: effect.to_address,
    to_memo: effect.to_memo,
    asset: effect.asset,
    network: effect.network === "" ? frozen.network : effect.network,
    amount: effect.amount,
    fee_max: BigInt(frozen.fee_max),
    reference: frozen.reference,
  };
}

/** One attempt; nothing is sent when the terms are other than those that were reckoned with. */
export async function submitWithdrawal(input: WithdrawInput, prepared: PreparedSubmit): Promise<SubmitOutcome> {
  const frozen = readFrozen(prepared);
  const refused = await refusalNow(input, frozen);
  if (refused !== null) return refused;
  const result = await input.api.submit(frozen.call);
  if (!result.answered) {
    const { sent, message } = result;
    return sent ? { outcome: "unknown", message } : { outcome: "rejected", code: "venue_transient", message };
  }
  const { reply } = result;
  const error = input.facts.readError(reply);
  if (error?.untaken === true && reply.status < 500) {
    return { outcome: "rejected", code: error.code, message: error.message };
  }
  const venue_ref = error === null && reply.status === 200 ? input.dialect.acceptedRef(reply.body, frozen.call) : null;
  if (venue_ref !== null) return { outcome: "accepted", venue_ref, tx_hash: null, stage: "accepted" };
  return { outcome: "unknown", message: `The exchange answered ${reply.status}${error ? `: ${error.message}` : ""}.` };
}

/** Two that fit are nobody's: it is then for people, never a guess. */
export async function findWithdrawal(input: WithdrawInput, query: FindQuery): Promise<FindOutcome> {
  const as_of = input.api.now();
  const frozen = query.prepared === null ? null : readFrozen(query.prepared);
  const asked = frozen === null ? null : input.dialect.decode(frozen.call, BigInt(frozen.fee));
  const since = query.prepared?.prepared_at ?? as_of - SINCE_UNKNOWN_MS;
  const { asset, reference, venue_ref } = query;
  const rows = await input.dialect.withdrawals({ asset, reference, venue_ref, since, asked });
  const row = rows.length > 1 && venue_ref !== null ? rows.find((each) => each.venue_ref === venue_ref) : rows[0];
  if (rows.length > 1 && venue_ref === null) return severalFit(rows);
  if (row === undefined) return { outcome: "absent", as_of };
  const { created_at: _, ...transfer } = row;
  return { outcome: "found", transfer };
}

function severalFit(rows: readonly WithdrawalRecord[]): FindOutcome {
  const refs = rows.map((row) => row.venue_ref).slice(0, 5);
  return {
    outcome: "unreadable",
    message: `Several withdrawals fit, and none of them says whose it is: ${refs.join(", ")}.`,
  };
}

async function refusalNow(input: WithdrawInput, frozen: z.output<typeof frozenShape>): Promise<SubmitOutcome | null> {
  try {
    const { fee, enabled } = await termsOf(input, frozen.asset, frozen.network);
    const decimals = input.assets.get(frozen.asset)?.decimals ?? 0;
    const no = (code: string, message: string): SubmitOutcome => ({ outcome: "rejected", code, message });
    if (!enabled)
      return no("venue_policy_denied", `The exchange does not send ${frozen.asset} over ${frozen.network} now.`);
    if (fee > BigInt(frozen.fee_max)) {
      return no(
        "venue_policy_denied",
        `The fee is ${printDecimal(fee, decimals)} ${frozen.asset} now, above the limit.`,
      );
    }
    if (fee === BigInt(frozen.fee)) return null;
    return no(
      "venue_invalid",
      `The fee changed since it was prepared: it is ${printDecimal(fee, decimals)} ${frozen.asset} now.`,
    );
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    return { outcome: "rejected", code: error.code, message: `Nothing was sent: ${error.message}` };
  }
}

async function termsOf({ dialect, facts }: WithdrawInput, asset: AssetId, network: string): Promise<Terms> {
  const terms = (await dialect.terms(asset)).find((each) => each.network === network);
  if (terms !== undefined) return terms;
  throw new VenueError("venue_invalid", `${facts.exchange} sends no ${asset} over "${network}".`, { asset, network });
}

/** An exchange rounds what it does not like, or takes it for zero: what would not go as it is does not go. */
function checkAmount({ assets }: WithdrawInput, plan: TransferPlan, terms: Terms): void {
  const amount = BigInt(plan.amount);
  const text = (units: bigint): string => `${printDecimal(units, assets.get(plan.asset)?.decimals ?? 0)} ${plan.asset}`;
  const refuse = (why: string): never => {
    throw new VenueError("venue_invalid", `${text(amount)} cannot be withdrawn over ${plan.network}: ${why}.`);
  };
  if (amount <= 0n) refuse("it is nothing");
  if (amount % terms.step !== 0n) refuse(`amounts are multiples of ${text(terms.step)}`);
  if (amount < terms.minimum) refuse(`the least is ${text(terms.minimum)}`);
  if (terms.maximum !== null && amount > terms.maximum) refuse(`the most is ${text(terms.maximum)}`);
}

function readFrozen(prepared: PreparedSubmit): z.output<typeof frozenShape> {
  return readShape(frozenShape, plain(parseJson(preparedBytes(prepared))), "prepared request");
}

/** Nothing in it is a JSON number, so nothing is lost. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}
