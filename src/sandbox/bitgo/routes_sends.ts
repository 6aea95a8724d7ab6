/** Express: it builds, signs and sends in one call. 200: signed; 202: it waits for approval; the bodies differ, not only the code. */
import { type Route, type SandboxReply, type SandboxRequest, textField } from "../http/index.ts";
import { approvalBody, transferBody } from "./bodies.ts";
import { withWallet } from "./routes_wallets.ts";
import { askerOf, type BitgoContext, failed, ok } from "./server.ts";
import type { BitgoCoin, BitgoWallet, SendRequest } from "./types.ts";

/** Coins whose transactions have one recipient. */
const NO_SENDMANY: ReadonlySet<string> = new Set(["trx", "xrp", "xlm", "dot", "avaxc"]);

export function sendRoutes(context: BitgoContext): Route[] {
  const run = (request: SandboxRequest): SandboxReply | Promise<SandboxReply> => withWallet(context, request, send);
  return [
    { method: "POST", pattern: /^\/api\/v2\/([^/]+)\/wallet\/([^/]+)\/sendcoins$/, run },
    { method: "POST", pattern: /^\/api\/v2\/([^/]+)\/wallet\/([^/]+)\/sendmany$/, run },
  ];
}

async function send(
  context: BitgoContext,
  request: SandboxRequest,
  wallet: BitgoWallet,
  coin: BitgoCoin,
): Promise<SandboxReply> {
  const { world, policy, passphrase } = context;
  const many = request.path.endsWith("/sendmany");
  if (many && NO_SENDMANY.has(coin.coin))
    return failed(400, "Unsupported", `sendmany is not available for ${coin.coin}`);
  if (textField(request.json, "walletPassphrase") !== passphrase) {
    return failed(400, "InvalidPassphrase", "unable to decrypt user keychain");
  }
  const wanted = readSend(request.json, many, wallet, coin);
  if (wanted === null) return failed(400, "Invalid", "address and amount are needed");
  const refusal = world.refusalOf(wanted);
  if (refusal) return failed(refusal.status, refusal.name, refusal.error);
  if (policy) {
    const allowed = await policy.ask(world, wanted);
    if (!allowed) return failed(400, "PolicyDenied", "denied by policy");
    const changed = world.refusalOf(wanted);
    if (changed) return failed(changed.status, changed.name, changed.error);
  }
  const row = world.send(wanted, askerOf(context, request));
  const approval = world.approvalOf(row.id);
  if (approval) return { status: 202, body: approvalBody(world, approval) };
  return ok({ transfer: transferBody(world, row), txid: row.txid, tx: `00${row.id}`, status: "signed" });
}

function readSend(
  json: Readonly<Record<string, unknown>>,
  many: boolean,
  wallet: BitgoWallet,
  coin: BitgoCoin,
): SendRequest | null {
  const recipients = many ? json.recipients : [json];
  const first: unknown = Array.isArray(recipients) && recipients.length === 1 ? recipients[0] : null;
  if (first === null || typeof first !== "object") return null;
  const { address, amount } = first as Record<string, unknown>;
  if (typeof address !== "string" || address === "" || !isUnits(amount)) return null;
  const memo = json.memo as { value?: unknown } | undefined;
  return {
    wallet,
    coin,
    address,
    memo: typeof memo?.value === "string" ? memo.value : null,
    amount: BigInt(amount),
    sequence_id: textField(json, "sequenceId") || null,
    comment: textField(json, "comment"),
    fee_rate_max: coin.kind === "utxo" && json.maxFeeRate !== undefined ? BigInt(String(json.maxFeeRate)) : null,
    fee_max: gasLimits(json, coin),
  };
}

function gasLimits(json: Readonly<Record<string, unknown>>, coin: BitgoCoin): bigint | null {
  const price = (json.eip1559 as { maxFeePerGas?: unknown } | undefined)?.maxFeePerGas;
  if (coin.kind !== "account" || price === undefined || json.gasLimit === undefined) return null;
  return BigInt(String(price)) * BigInt(String(json.gasLimit));
}

function isUnits(value: unknown): value is string | number {
  return (typeof value === "string" || typeof value === "number") && /^\d{1,78}$/.test(String(value));
}
