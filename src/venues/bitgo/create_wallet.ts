/** A new wallet through Express. BitGo keeps our reference in the label, so that a lost answer is found again before anything is made. */

import type { z } from "zod";
import { get, readShape } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { CreateWalletOutcome, CreateWalletRequest } from "../port.ts";
import { accountOf, type CoinForm, type CoinRegistry } from "./coins.ts";
import { readError } from "./lines.ts";
import type { LookUps } from "./look_up.ts";
import type { BitgoSettings } from "./options.ts";
import { walletShape, walletsShape } from "./shapes.ts";

type WireWallet = z.output<typeof walletShape>;

/** Never throws for an outcome. */
export async function createBitgoWallet(
  look: LookUps,
  request: CreateWalletRequest,
  coins: CoinRegistry,
  settings: BitgoSettings,
): Promise<CreateWalletOutcome> {
  const { express } = look.lines;
  const form = coins.all.find(
    ({ asset, instrument }) => asset.id === request.asset && instrument.network === request.network,
  );
  if (form === undefined) {
    const message = `No coin of this venue is ${request.asset} on ${request.network}.`;
    return { outcome: "rejected", code: "bitgo_no_coin", message };
  }
  if (express === null || settings.wallet_passphrase === undefined) {
    return { outcome: "rejected", code: "bitgo_watched", message: "The venue is only watched: it has no Express." };
  }
  try {
    const existing = await findByReference(look, form, request.reference, settings.enterprise);
    if (existing !== null) return outcomeOf(form, existing);
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    return { outcome: "unknown", message: error.message };
  }
  const body = JSON.stringify({
    label: `${request.label} [${request.reference}]`,
    enterprise: settings.enterprise,
    passphrase: settings.wallet_passphrase,
  });
  const target = `/api/v2/${encodeURIComponent(form.wallet_coin)}/wallet/generate`;
  const result = await express.submit({ method: "POST", target, body, headers: {} });
  if (!result.answered) return { outcome: "unknown", message: result.message };
  const { reply } = result;
  const made = reply.status === 200 ? walletOf(reply.body) : null;
  if (made !== null) return outcomeOf(form, made);
  const error = readError(reply);
  if (error !== null && reply.status >= 400 && reply.status < 500) {
    return { outcome: "rejected", code: error.code, message: error.message };
  }
  return { outcome: "unknown", message: `Express answered ${reply.status}.` };
}

async function findByReference(
  look: LookUps,
  form: CoinForm,
  reference: string,
  enterprise: string,
): Promise<WireWallet | null> {
  const query = { coin: form.wallet_coin, enterprise, labelContains: reference };
  const body = await look.lines.platform.read(get("/api/v2/wallets", query), "lookup");
  const { wallets } = readShape(walletsShape, body, "list of wallets");
  return wallets.find(({ label }) => label.endsWith(`[${reference}]`)) ?? null;
}

/** Express answers with the wallet, or with the wallet beside its keys. */
function walletOf(body: unknown): WireWallet | null {
  const inner = body !== null && typeof body === "object" && "wallet" in body ? body.wallet : body;
  return walletShape.safeParse(inner).data ?? null;
}

function outcomeOf(form: CoinForm, { id, label, coinSpecific }: WireWallet): CreateWalletOutcome {
  if (coinSpecific?.pendingChainInitialization === true) {
    return { outcome: "creating", message: "Its contract is being put on the chain." };
  }
  return { outcome: "created", wallet: { account: accountOf({ form, wallet: id }), asset: form.asset.id, label } };
}
