/**
 * What the Safe's owners allowed in advance. They enabled the Allowance Module, made the executor's account its delegate, and set how
 * much of which token it may pay in which time; the module counts. A payment inside it is a call of that account, without any
 * signature beside the transaction's own: so its identity is account and nonce, as that of any hot wallet, a reverted one can never
 * be paid later, and nothing that others could use is ever left behind.
 */
import { encodeFunctionData, type Hex, isAddressEqual, zeroAddress } from "viem";
import { printDecimal } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import {
  type ChainInstrument,
  fromChain,
  paymentOf,
  reading,
  readSignedTransaction,
  signCall,
} from "../onchain/index.ts";
import type { VenueAllowance } from "../port.ts";
import { ALLOWANCE_ABI, ALLOWANCE_UNITS_MAX, SAFE_ABI, SENTINEL } from "./abi.ts";
import type { SafeParts } from "./propose.ts";

const MS_PER_MINUTE = 60_000;
/** Modules and delegates that are looked at; one more than may be there is enough to see that it is too many. */
export const PAGE = 10;

/** The module's own words, in units of the chain. */
interface Allowed {
  readonly amount: bigint;
  readonly spent: bigint;
  readonly period_minutes: bigint;
  readonly last_reset_minute: bigint;
  /** Grows by one with each payment; 0: the owners never set anything. */
  readonly nonce: bigint;
}

export interface AllowanceCall {
  readonly safe: Hex;
  readonly token: Hex;
  readonly to: Hex;
  readonly units: bigint;
  readonly delegate: Hex;
}

/** Never pays a third party for gas, and names no signature: the sender is the delegate. */
export function encodeAllowanceCall({ safe, token, to, units, delegate }: AllowanceCall): Hex {
  return encodeFunctionData({
    abi: ALLOWANCE_ABI,
    functionName: "executeAllowanceTransfer",
    args: [safe, token, to, units, zeroAddress, 0n, delegate, "0x"],
  });
}

/** As the newest block has it. @throws VenueError */
export async function readAllowance(parts: SafeParts, module: Hex, item: ChainInstrument): Promise<VenueAllowance> {
  const { chain, executor } = parts;
  const delegate = executor.account.address;
  const as_of = chain.clock.now();
  const problem = await problemOf(parts, module);
  if (problem !== null) {
    return { amount: 0n, remaining: 0n, period_ms: null, resets_at: null, delegate, problem, as_of };
  }
  const { amount, spent, period_minutes, last_reset_minute, nonce } = await readAllowed(parts, module, item);
  const period_ms = period_minutes === 0n ? null : Number(period_minutes) * MS_PER_MINUTE;
  const resets_at = period_ms === null ? null : Number(last_reset_minute) * MS_PER_MINUTE + period_ms;
  const none = nonce === 0n || amount === 0n;
  return {
    amount: fromChain(item, amount),
    remaining: fromChain(item, spent < amount ? amount - spent : 0n),
    ...{ period_ms, resets_at, delegate, as_of },
    problem: none ? `the owners of the Safe allow ${delegate} nothing of ${item.asset.id}` : null,
  };
}

/**
 * The payment as a signed transaction of the delegate.
 * @throws VenueError venue_policy_denied where the allowance does not reach: it is then planned anew, and the owners sign
 */
export async function prepareAllowance(parts: SafeParts, plan: TransferPlan, now: Instant): Promise<PreparedSubmit> {
  const { chain, registry, expected, executor } = parts;
  const { allowance_module: module } = expected;
  if (module === null || plan.envelope === undefined) {
    throw denied(plan, "its owners did not sign it, and it is not inside what was approved in advance");
  }
  const { item, destination, chain_units } = paymentOf(plan, chain.settings, registry, expected.safe);
  await chain.assertDecimals(item);
  const { problem, remaining } = await readAllowance(parts, module, item);
  if (problem !== null) throw denied(plan, problem);
  const amount = fromChain(item, chain_units);
  if (amount > remaining || chain_units > ALLOWANCE_UNITS_MAX) {
    const print = (units: bigint): string => `${printDecimal(units, item.asset.decimals)} ${item.asset.id}`;
    throw denied(plan, `the owners' allowance leaves ${print(remaining)}, and it is for ${print(amount)}`);
  }
  const { nonce } = await readAllowed(parts, module, item);
  const data = encodeAllowanceCall({
    ...{ safe: expected.safe, token: item.contract ?? zeroAddress, to: destination, units: chain_units },
    delegate: executor.account.address,
  });
  const prepared = await signCall(
    chain,
    executor,
    { reference: plan.id, to: module, value: 0n, data, cost_max: null },
    now,
  );
  return { ...prepared, body: { ...readSignedTransaction(prepared), allowance_nonce: nonce.toString() } };
}

/** Other delegates could pay past everybody who is asked here. @throws VenueError venue_invalid */
export async function verifyDelegates({ chain, expected, executor }: SafeParts, module: Hex): Promise<void> {
  const stranger = (await readDelegates({ chain, expected }, module)).find(
    (delegate) => !isAddressEqual(delegate, executor.account.address),
  );
  if (stranger === undefined) return;
  const message = `The Safe is not the one that is configured: its allowance module lets ${stranger} pay without any owner.`;
  throw new VenueError("venue_invalid", message);
}

async function problemOf(parts: SafeParts, module: Hex): Promise<string | null> {
  const { chain, expected, executor } = parts;
  const [modules] = await reading("read the Safe's modules", () =>
    chain.client.readContract({
      ...{ address: expected.safe, abi: SAFE_ABI, functionName: "getModulesPaginated" },
      args: [SENTINEL, BigInt(PAGE)],
    }),
  );
  if (!modules.some((each) => isAddressEqual(each, module)))
    return "the owners of the Safe have not enabled its module";
  const delegate = executor.account.address;
  const known = (await readDelegates(parts, module)).some((each) => isAddressEqual(each, delegate));
  return known ? null : `the owners of the Safe have not made ${delegate} a delegate`;
}

async function readDelegates(
  { chain, expected }: Pick<SafeParts, "chain" | "expected">,
  module: Hex,
): Promise<readonly Hex[]> {
  const [delegates] = await reading("read the delegates of the allowance module", () =>
    chain.client.readContract({
      ...{ address: module, abi: ALLOWANCE_ABI, functionName: "getDelegates" },
      args: [expected.safe, 0, PAGE],
    }),
  );
  return delegates;
}

async function readAllowed(
  { chain, expected, executor }: SafeParts,
  module: Hex,
  item: ChainInstrument,
): Promise<Allowed> {
  const [amount, spent, period_minutes, last_reset_minute, nonce] = await reading("read the allowance", () =>
    chain.client.readContract({
      ...{ address: module, abi: ALLOWANCE_ABI, functionName: "getTokenAllowance" },
      args: [expected.safe, executor.account.address, item.contract ?? zeroAddress],
    }),
  );
  return { amount, spent, period_minutes, last_reset_minute, nonce };
}

function denied(plan: TransferPlan, why: string): VenueError {
  return new VenueError("venue_policy_denied", `Transfer ${plan.id} cannot be paid out of the Safe: ${why}.`);
}
