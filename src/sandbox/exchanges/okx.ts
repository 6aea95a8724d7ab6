/**
 * OKX's protocol as far as a treasury needs it: HMAC-SHA256 over time, method, path and body with a passphrase, the funding account,
 * withdrawals with `clientId` and the fee beside the amount, bills of every change.
 */

import {
  hmac,
  type Route,
  type SandboxReply,
  type SandboxRequest,
  SandboxServer,
  sameText,
  textField,
} from "../http/index.ts";
import { type ExchangeServerOptions, exchangeBase, readUnits, units } from "./common.ts";
import type { ExchangeWithdrawal, Refusal } from "./types.ts";

const STATUS: Readonly<Record<ExchangeWithdrawal["state"], string>> = {
  review: "0",
  processing: "1",
  completed: "2",
  partial: "2",
  cancelled: "-2",
  failed: "-1",
  odd: "77",
};
const REFUSALS: Readonly<Record<Refusal["refused"], readonly [string, string]>> = {
  insufficient: ["58350", "Insufficient balance."],
  bad_amount: ["58209", "The amount is outside the limits of this chain."],
  bad_address: ["58207", "The withdrawal address is not in the list."],
  bad_network: ["58221", "No such chain."],
  unknown_coin: ["58304", "No such currency."],
  unknown_key: ["58207", "The withdrawal address is not in the list."],
  duplicate: ["58216", "This client id was used before."],
  bad_price: ["51000", "Parameter px error."],
};
const WINDOW_MS = 30_000;
/** OKX's bill types. */
const BILL = { deposit: "1", withdrawal: "2", cancelled: "13", trade: "100" };
const PAGE = 100;

export function createOkxServer(options: ExchangeServerOptions): SandboxServer {
  return new SandboxServer({
    ...exchangeBase(options, "okx"),
    guard: (request) => guard(options, request),
    routes: routesOf(options),
    notFound: failed("50000", "No such endpoint.", 404),
  });
}

function guard(options: ExchangeServerOptions, request: SandboxRequest): SandboxReply | null {
  if (request.path.startsWith("/api/v5/public/") || request.path.startsWith("/api/v5/market/")) return null;
  const stamp = request.headers["ok-access-timestamp"] ?? "";
  if (request.headers["ok-access-key"] !== options.key_id) return failed("50111", "Invalid OK-ACCESS-KEY.", 401);
  if (request.headers["ok-access-passphrase"] !== options.passphrase)
    return failed("50105", "Request header OK-ACCESS-PASSPHRASE incorrect.", 401);
  const at = Date.parse(stamp);
  if (Number.isNaN(at) || Math.abs(at - options.books.now) > WINDOW_MS)
    return failed("50102", "Timestamp request expired.", 401);
  const expected = hmac(options.secret, `${stamp}${request.method}${request.target}${request.raw}`, "base64");
  if (!sameText(request.headers["ok-access-sign"] ?? "", expected)) return failed("50113", "Invalid Sign.", 401);
  return null;
}

function routesOf(options: ExchangeServerOptions): Route[] {
  return [
    { method: "GET", pattern: /^\/api\/v5\/public\/instruments$/, run: () => ok(instruments(options)) },
    { method: "GET", pattern: /^\/api\/v5\/asset\/currencies$/, run: () => ok(currencies(options)) },
    { method: "GET", pattern: /^\/api\/v5\/asset\/balances$/, run: () => ok(balances(options)) },
    { method: "GET", pattern: /^\/api\/v5\/asset\/deposit-address$/, run: (r) => ok(addresses(options, r)) },
    { method: "POST", pattern: /^\/api\/v5\/asset\/withdrawal$/, run: (r) => withdraw(options, r) },
    { method: "GET", pattern: /^\/api\/v5\/asset\/withdrawal-history$/, run: (r) => ok(history(options, r)) },
    { method: "POST", pattern: /^\/api\/v5\/asset\/cancel-withdrawal$/, run: (r) => cancel(options, r) },
    { method: "GET", pattern: /^\/api\/v5\/asset\/bills$/, run: (r) => ok(bills(options, r)) },
  ];
}

function instruments({ books }: ExchangeServerOptions): unknown[] {
  return books.markets.map((market) => ({
    instId: `${market.base}-${market.quote}`,
    instType: "SPOT",
    baseCcy: market.base,
    quoteCcy: market.quote,
    lotSz: units(books, market.base, market.amount_step),
    minSz: units(books, market.base, market.amount_min),
    tickSz: "0.1",
    state: "live",
  }));
}

function currencies({ books }: ExchangeServerOptions): unknown[] {
  return books.coins.flatMap(({ coin, networks }) =>
    networks.map((row) => ({
      ccy: coin,
      chain: `${coin}-${row.network}`,
      name: coin,
      canDep: true,
      canWd: true,
      canInternal: true,
      minWd: units(books, coin, row.minimum),
      maxWd: units(books, coin, row.maximum),
      wdTickSz: String(digitsOf(units(books, coin, row.step))),
      fee: units(books, coin, row.fee),
      minFee: units(books, coin, row.fee),
      maxFee: units(books, coin, row.fee),
      wdQuota: units(books, coin, row.maximum),
      usedWdQuota: "0",
      mainNet: row === networks[0],
    })),
  );
}

function balances({ books }: ExchangeServerOptions): unknown[] {
  return books.coins.map(({ coin }) => ({
    ccy: coin,
    bal: units(books, coin, books.free(coin) + books.leaving(coin)),
    availBal: units(books, coin, books.free(coin)),
    frozenBal: units(books, coin, books.leaving(coin)),
  }));
}

function addresses({ books }: ExchangeServerOptions, request: SandboxRequest): unknown[] {
  const coin = request.query.get("ccy") ?? "";
  return (books.coin(coin)?.networks ?? []).map(({ network }) => ({
    ccy: coin,
    chain: `${coin}-${network}`,
    addr: books.addressOf(coin, network),
    to: "6",
    selected: true,
  }));
}

/** `amt` arrives; the fee is charged beside it and must be the one that is stated. A client id that comes again is refused. */
function withdraw({ books }: ExchangeServerOptions, { json }: SandboxRequest): SandboxReply {
  const coin = textField(json, "ccy");
  const network = textField(json, "chain").slice(coin.length + 1);
  const client_id = textField(json, "clientId");
  const net = readUnits(books, coin, textField(json, "amt"));
  const terms = books.network(coin, network);
  if (client_id !== "" && books.withdrawals.some((row) => row.client_id === client_id))
    return refused({ refused: "duplicate" });
  if (net === null) return refused({ refused: "bad_amount" });
  if (!terms) return refused({ refused: "bad_network" });
  const [address = "", tag = ""] = textField(json, "toAddr").split(":");
  const row = books.withdraw({ client_id: client_id || null, coin, network, address, tag, gross: net + terms.fee });
  if ("refused" in row) return refused(row);
  const chain = `${coin}-${network}`;
  return ok([{ amt: units(books, coin, net), wdId: row.id, ccy: coin, clientId: client_id, chain }]);
}

function history({ books }: ExchangeServerOptions, { query }: SandboxRequest): unknown[] {
  const ccy = query.get("ccy");
  const client_id = query.get("clientId");
  const id = query.get("wdId");
  // Earlier than this time, exclusive.
  const after = Number(query.get("after") ?? Number.MAX_SAFE_INTEGER);
  return books.withdrawals
    .filter((row) => row.created_at < after)
    .filter((row) => ccy === null || row.coin === ccy)
    .filter((row) => client_id === null || row.client_id === client_id)
    .filter((row) => id === null || row.id === id)
    .map((row) => ({
      ccy: row.coin,
      chain: `${row.coin}-${row.network}`,
      amt: units(books, row.coin, row.gross - row.fee),
      ts: String(row.created_at),
      from: "",
      to: row.address,
      tag: row.tag,
      txId: row.tx_hash ?? "",
      fee: units(books, row.coin, row.fee),
      feeCcy: row.coin,
      state: STATUS[row.state],
      wdId: row.id,
      clientId: row.client_id ?? "",
    }))
    .reverse()
    .slice(0, PAGE);
}

function cancel({ books }: ExchangeServerOptions, { json }: SandboxRequest): SandboxReply {
  const row = books.cancel(textField(json, "wdId"));
  return row ? ok([{ wdId: row.id }]) : failed("58215", "The withdrawal cannot be taken back any more.");
}

/** Newest first; `after` is a bill id: older ones only. */
function bills({ books }: ExchangeServerOptions, { query }: SandboxRequest): unknown[] {
  const ccy = query.get("ccy");
  const after = query.get("after");
  const rows = books.entries.filter((row) => row.coin === ccy).reverse();
  const from = after === null ? 0 : rows.findIndex((row) => idOf(row.id) === after) + 1;
  return rows.slice(from, from + PAGE).map((row) => {
    const withdrawal = books.withdrawals.find((each) => each.id === row.ref);
    const back = row.kind === "withdrawal" && row.change > 0n;
    return {
      billId: idOf(row.id),
      ccy: row.coin,
      clientId: withdrawal?.client_id ?? "",
      balChg: signed(books, row.coin, row.change - row.fee),
      bal: units(books, row.coin, row.balance),
      type: back ? BILL.cancelled : BILL[row.kind],
      ts: String(row.at),
    };
  });
}

function idOf(entry_id: string): string {
  return entry_id.replace(/^L0*/, "");
}

function digitsOf(step: string): number {
  return step.includes(".") ? (step.split(".")[1] ?? "").replace(/0+$/, "").length : 0;
}

function signed(books: ExchangeServerOptions["books"], coin: string, amount: bigint): string {
  return amount < 0n ? `-${units(books, coin, -amount)}` : units(books, coin, amount);
}

function refused({ refused: code }: Refusal): SandboxReply {
  return failed(...REFUSALS[code]);
}

function ok(data: unknown): SandboxReply {
  return { status: 200, body: { code: "0", msg: "", data } };
}

function failed(code: string, msg: string, status = 200): SandboxReply {
  return { status, body: { code, msg, data: [] } };
}
