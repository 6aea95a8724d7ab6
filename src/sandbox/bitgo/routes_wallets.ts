/** Wallets, their addresses, balances, lists of transfers, fees and webhooks. */
import { type Route, type SandboxReply, type SandboxRequest, textField } from "../http/index.ts";
import { addressBody, madeWalletBody, transferBody, walletBody, webhookBody } from "./bodies.ts";
import { ID_PATTERN } from "./ids.ts";
import { feeOf } from "./refusals.ts";
import { type BitgoContext, failed, ok } from "./server.ts";
import type { BitgoCoin, BitgoTransfer, BitgoWallet } from "./types.ts";

const PAGE_DEFAULT = 25;
const PAGE_MAX = 500;
const WEBHOOKS_MAX = 10;
/** Not listed unless they are asked for. */
const HIDDEN: ReadonlySet<string> = new Set(["rejected", "pendingApproval"]);

export function walletRoutes(context: BitgoContext): Route[] {
  const coinWallet = (tail: string): RegExp => new RegExp(`^/api/v2/([^/]+)/wallet/([^/]+)${tail}$`);
  return [
    { method: "GET", pattern: /^\/api\/v2\/wallets\/count$/, run: () => ok({ count: context.world.wallets.size }) },
    { method: "GET", pattern: /^\/api\/v2\/wallets$/, run: (request) => listWallets(context, request) },
    { method: "GET", pattern: /^\/api\/v2\/([^/]+)\/tx\/fee$/, run: (request) => readFee(context, request) },
    { method: "POST", pattern: /^\/api\/v2\/([^/]+)\/wallet\/generate$/, run: (request) => generate(context, request) },
    { method: "GET", pattern: coinWallet(""), run: (request) => withWallet(context, request, readWallet) },
    {
      method: "GET",
      pattern: coinWallet("/maximumSpendable"),
      run: (request) => withWallet(context, request, maximum),
    },
    { method: "GET", pattern: coinWallet("/addresses"), run: (request) => withWallet(context, request, addresses) },
    { method: "POST", pattern: coinWallet("/address"), run: (request) => withWallet(context, request, newAddress) },
    { method: "GET", pattern: coinWallet("/transfer"), run: (request) => withWallet(context, request, listTransfers) },
    {
      method: "GET",
      pattern: coinWallet("/transfer/sequenceId/([^/]+)"),
      run: (request) => withWallet(context, request, transferBySequence),
    },
    {
      method: "GET",
      pattern: coinWallet("/transfer/([^/]+)"),
      run: (request) => withWallet(context, request, readTransfer),
    },
    { method: "POST", pattern: coinWallet("/webhooks"), run: (request) => withWallet(context, request, addWebhook) },
    { method: "GET", pattern: coinWallet("/webhooks"), run: (request) => withWallet(context, request, listWebhooks) },
  ];
}

export type WalletRun<Reply = SandboxReply> = (
  context: BitgoContext,
  request: SandboxRequest,
  wallet: BitgoWallet,
  coin: BitgoCoin,
) => Reply;

/** Coin and wallet of the path, and that the one is held in the other. */
export function withWallet<Reply>(
  context: BitgoContext,
  request: SandboxRequest,
  run: WalletRun<Reply>,
): Reply | SandboxReply {
  const [name = "", id = ""] = request.parts;
  const coin = context.world.coins.get(name);
  const wallet = context.world.wallets.get(id);
  if (!coin) return failed(400, "CoinUnsupported", `coin ${name} is not supported`);
  if (!ID_PATTERN.test(id)) return failed(400, "InvalidWalletId", "invalid wallet id", { id });
  if (!wallet || wallet.coin !== coin.wallet_coin) return failed(404, "WalletNotFound", "wallet not found");
  return run(context, request, wallet, coin);
}

const readWallet: WalletRun = ({ world }, _request, wallet, coin) => ok(walletBody(world, wallet, coin.coin));

const maximum: WalletRun = ({ world }, _request, wallet, coin) =>
  ok({ coin: coin.coin, maximumSpendable: String(world.maximumSpendable(wallet, coin)) });

const addresses: WalletRun = ({ world }, _request, wallet, coin) =>
  ok({
    coin: coin.coin,
    addresses: wallet.addresses.map((row) => addressBody(world, wallet, row)),
    totalAddressCount: wallet.addresses.length,
  });

const newAddress: WalletRun = ({ world }, _request, wallet) =>
  ok(addressBody(world, wallet, world.createAddress(wallet)));

const transferBySequence: WalletRun = ({ world }, request, wallet) => {
  const row = world.transferBySequence(wallet.id, request.parts[2] ?? "");
  return row ? ok(transferBody(world, row)) : failed(400, "TransferNotFound", "transfer not found");
};

const readTransfer: WalletRun = ({ world }, request, wallet) => {
  const key = request.parts[2] ?? "";
  const by_id = world.transfers.get(key);
  const row = by_id?.wallet === wallet.id ? by_id : world.transferByTxid(wallet.id, key);
  return row ? ok(transferBody(world, row)) : failed(400, "TransferNotFound", "transfer not found");
};

/** Ascending by id of creation with `sortBy=id`, newest block first without it. */
const listTransfers: WalletRun = ({ world }, request, wallet, coin) => {
  const { query } = request;
  const states = query.getAll("state");
  const since = Date.parse(query.get("dateGte") ?? "") || 0;
  const type = query.get("type");
  const matches = (row: BitgoTransfer): boolean =>
    row.wallet === wallet.id &&
    row.coin === coin.coin &&
    (states.length === 0 ? !HIDDEN.has(row.state) : states.includes(row.state)) &&
    (type === null || row.type === type) &&
    world.dateOf(row) >= since;
  const rows = [...world.transfers.values()].filter(matches);
  if (query.get("reverse") !== "true") rows.reverse();
  return ok({ coin: coin.coin, ...pageOf(rows, query, "transfers", (row) => transferBody(world, row)) });
};

function listWallets({ world }: BitgoContext, { query }: SandboxRequest): SandboxReply {
  const coins = query.getAll("coin");
  const label = query.get("labelContains") ?? "";
  const rows = [...world.wallets.values()].filter(
    (wallet) => (coins.length === 0 || coins.includes(wallet.coin)) && wallet.label.includes(label),
  );
  return ok(pageOf(rows, query, "wallets", (wallet) => walletBody(world, wallet, wallet.coin)));
}

function pageOf<Row extends { readonly id: string }>(
  rows: readonly Row[],
  query: URLSearchParams,
  name: string,
  body: (row: Row) => unknown,
): Record<string, unknown> {
  const limit = Math.min(PAGE_MAX, Math.max(1, Number(query.get("limit") ?? PAGE_DEFAULT) || PAGE_DEFAULT));
  const previous = query.get("prevId");
  const start = previous === null ? 0 : rows.findIndex(({ id }) => id === previous) + 1;
  const page = rows.slice(start, start + limit);
  const last = page.at(-1);
  const more = last !== undefined && start + limit < rows.length;
  return { [name]: page.map(body), ...(more ? { nextBatchPrevId: last.id } : {}) };
}

function readFee({ world }: BitgoContext, request: SandboxRequest): SandboxReply {
  const coin = world.coins.get(request.parts[0] ?? "");
  if (!coin) return failed(400, "CoinUnsupported", "coin is not supported");
  if (coin.kind === "utxo") return ok({ feePerKb: JSON.parse(String(coin.fee)), numBlocks: 2 });
  return ok({ feeEstimate: String(coin.kind === "token" ? feeOf(world.coin(coin.wallet_coin)) : feeOf(coin)) });
}

function generate({ world }: BitgoContext, request: SandboxRequest): SandboxReply {
  const coin = world.coins.get(request.parts[0] ?? "");
  const label = textField(request.json, "label");
  if (!coin || coin.kind === "token") return failed(400, "CoinUnsupported", "a token has no wallet of its own");
  if (label === "" || textField(request.json, "enterprise") !== world.enterprise) {
    return failed(400, "Invalid", "label and enterprise are needed");
  }
  return ok(madeWalletBody(world, world.createWallet(coin.coin, label)));
}

const addWebhook: WalletRun = ({ world }, request, wallet, coin) => {
  const type = textField(request.json, "type");
  const same = [...world.webhooks.values()].filter((row) => row.wallet === wallet.id && row.type === type);
  if (same.length >= WEBHOOKS_MAX) return failed(400, "TooManyWebhooks", "a wallet has at most 10 webhooks of a type");
  const id = world.nextId("webhook");
  const row = {
    id,
    wallet: wallet.id,
    coin: coin.coin,
    type,
    url: textField(request.json, "url"),
    created_at: world.now,
  };
  world.webhooks.set(id, row);
  return ok({ ...webhookBody(row), scope: "wallet", listenToFailureStates: false });
};

const listWebhooks: WalletRun = ({ world }, _request, wallet) =>
  ok({ webhooks: [...world.webhooks.values()].filter((row) => row.wallet === wallet.id).map(webhookBody) });
