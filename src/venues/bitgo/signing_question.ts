/**
 * The question of BitGo's webhook policy rule, asked before anything is signed: the wallet, what is spent, and the outputs of the
 * half-signed transaction. Who asks proves it by the secret in the URL, the only thing such a rule can carry. Pure.
 * Source: developers.bitgo.com/docs/policies-webhook (wallet, rule, amount, approvals, half-signed transaction, outputs).
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { VenueError } from "../index.ts";
import type { SigningQuestion } from "../port.ts";
import { accountOf, type CoinForm, type CoinRegistry, fromBitgo } from "./coins.ts";
import { readDestination } from "./read_transfer.ts";

const OUTPUTS_MAX = 1_000;
const units = z.union([
  z.string().regex(/^\d{1,78}$/),
  z.number().int().nonnegative().refine(Number.isSafeInteger).transform(String),
]);
const questionShape = z.looseObject({
  walletId: z.string().regex(/^[0-9a-f]{32}$/),
  coin: z.string().optional(),
  outputs: z
    .array(z.looseObject({ outputAddress: z.string(), outputWallet: z.string().nullish(), value: units }))
    .max(OUTPUTS_MAX),
});

/** @throws VenueError venue_auth for a wrong secret; venue_invalid for anything that is no such question */
export function readSigningQuestion(
  raw: Uint8Array,
  secret: string,
  expected: string | undefined,
  coins: CoinRegistry,
  accounts: readonly string[],
): SigningQuestion {
  if (expected === undefined || !sameSecret(secret, expected)) {
    throw new VenueError("venue_auth", "The secret of the policy webhook is missing or wrong.");
  }
  const asked = questionShape.safeParse(parse(raw)).data;
  if (asked === undefined) throw new VenueError("venue_invalid", "This is no question of a webhook policy rule.");
  const form = formOf(asked.walletId, asked.coin, coins, accounts);
  // What goes back to the wallet itself is its change.
  const paid = asked.outputs.filter(({ outputWallet }) => outputWallet !== asked.walletId);
  return {
    account: accountOf({ form, wallet: asked.walletId }),
    asset: form.asset.id,
    outputs: paid.map(({ outputAddress, value }) => ({
      ...readDestination(outputAddress),
      amount: fromBitgo(form, value),
    })),
    fingerprint: createHash("sha256").update(transactionOf(asked)).digest("hex"),
  };
}

/** The coin that is named, or the only one that the wallet holds for us. @throws VenueError venue_invalid */
function formOf(wallet: string, coin: string | undefined, coins: CoinRegistry, accounts: readonly string[]): CoinForm {
  const ours = accounts
    .filter((account) => account.endsWith(`/${wallet}`))
    .map((account) => coins.holding(account).form);
  const named = coin === undefined ? (ours.length === 1 ? ours[0] : undefined) : coins.byCoin(coin);
  if (named) return named;
  throw new VenueError("venue_invalid", "The question is about a wallet or a coin that is not configured.");
}

/**
 * The half-signed transaction, however its key is spelled; without one, everything that was said. Never a lesser fact of it, such
 * as its type: two payments may share that.
 */
function transactionOf(asked: z.output<typeof questionShape>): string {
  const key = Object.keys(asked).find((name) => /^(half.?signed.*|tx.?hex)$/i.test(name) && asked[name] != null);
  return JSON.stringify(key === undefined ? asked : asked[key]);
}

function sameSecret(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

function parse(raw: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(raw).toString("utf8"));
  } catch {
    return undefined;
  }
}
