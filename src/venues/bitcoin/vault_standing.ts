/**
 * What signatures are worth that cosigners gave for a request which ended unsent. They bind its coins, not us: as long as all of them are
 * unspent, whoever holds enough signatures can send it. Spending one of them otherwise ends that.
 */
import type { SigningRequest } from "../../transfers/types.ts";
import type { OwnerSignature, SignaturesStanding } from "../port.ts";
import type { AccountAt } from "./balance.ts";
import { keyText } from "./key_expression.ts";
import { locatePayment } from "./payment_state.ts";
import { isSignedBy } from "./psbt.ts";
import { outpointText } from "./types.ts";
import { openRequest } from "./vault_request.ts";

/** @throws VenueError */
export async function readPsbtStanding(
  at: AccountAt,
  request: SigningRequest,
  signatures: readonly OwnerSignature[],
  now: number,
): Promise<SignaturesStanding> {
  const { opened, from_height } = openRequest(at, request);
  const [paid = null] = opened.paid;
  const { confirmations: needed } = at.settings;
  const inputs = opened.inputs.map(({ txid, vout, amount, own }) => ({
    txid,
    vout,
    amount,
    branch: own.branch,
    index: own.index,
  }));
  let deciding = false;
  // Any of its coins spent for good ends it; each of them is looked at as the first one.
  for (const [place, input] of inputs.entries()) {
    const others = inputs.filter((_, other) => other !== place);
    const target = { ...opened, paid, change: 0n, inputs: [input, ...others] };
    const located = await locatePayment(at, target, from_height, now);
    if (located.kind === "absent") continue;
    const final = located.confirmations >= needed;
    if (located.kind === "ours")
      return final ? { standing: "executed", tx_hash: located.txid } : { standing: "deciding" };
    if (final) return { standing: "worthless", reason: `its coin ${outpointText(input)} was spent by ${located.by}` };
    deciding = true;
  }
  if (deciding) return { standing: "deciding" };
  const signers = new Set(
    signatures.flatMap(({ signature }) =>
      at.account.keys.filter((_, key) => isSignedBy(opened, signerAt(at, key), signature)).map(({ xpub }) => xpub),
    ),
  );
  const { threshold } = at.account;
  if (signers.size < threshold) return { standing: "too_few", signed: signers.size, needed: threshold };
  const [coin] = inputs;
  const name = coin === undefined ? "its coins" : outpointText(coin);
  return {
    standing: "executable",
    remedy:
      `${signers.size} cosigners signed it, so whoever holds their signatures can send it as transaction ${opened.txid} until one of its coins is spent. ` +
      `Let the cosigners move the coin ${name} to the wallet itself.`,
  };
}

function signerAt({ account }: AccountAt, at: number): string {
  const key = account.keys[at];
  return key === undefined ? "" : keyText(key);
}
