/** Binance, Kraken and OKX through the shared suite, over a line that breaks on purpose. */
import { createSeededRandom } from "../../ports/index.ts";
import { DESTINATION, type ExchangeKind, type FakeExchange, startFakeExchange } from "../../sandbox/exchanges/index.ts";
import { startFaultProxy } from "../../sandbox/index.ts";
import { createIds } from "../../system/index.ts";
import type { TransferPlan } from "../../transfers/types.ts";
import type { VenueHarness } from "../conformance/harness.ts";
import { HurriedClock } from "../conformance/hurried_clock.ts";
import { describeVenue } from "../conformance/suite.ts";
import { createFetchPort } from "../http/index.ts";
import { createCcxtVenue, EXCHANGES } from "./index.ts";

const START = Date.UTC(2026, 0, 7, 12);
const HOUR_MS = 3_600_000;
const USDT = 10n ** 6n;
const CENT = USDT / 100n;
/** Real time, so that a silent line is given up at once. */
const REQUEST_TIMEOUT_MS = 250;
const ASSETS = new Map([
  ["USDT", { id: "USDT", decimals: 6 }],
  ["BTC", { id: "BTC", decimals: 8 }],
]);
const SUBMITS: Readonly<Record<ExchangeKind, string>> = {
  binance: "/sapi/v1/capital/withdraw/apply",
  kraken: "/0/private/Withdraw",
  okx: "/api/v5/asset/withdrawal",
};
const LOOK_UPS: Readonly<Record<ExchangeKind, string>> = {
  binance: "/sapi/v1/capital/withdraw/history",
  kraken: "/0/private/WithdrawStatus",
  okx: "/api/v5/asset/withdrawal-history",
};
const LIMITED: Readonly<Record<ExchangeKind, unknown>> = {
  binance: { code: -1003, msg: "Too many requests." },
  kraken: { error: ["EAPI:Rate limit exceeded"] },
  okx: { code: "50011", msg: "Too many requests.", data: [] },
};

async function startHarness(kind: ExchangeKind): Promise<VenueHarness> {
  const clock = new HurriedClock(START);
  let skew_ms = 0;
  const far_clock = { now: () => clock.now() + skew_ms, sleep: (ms: number) => clock.sleep(ms) };
  const far = await startFakeExchange(kind, far_clock);
  clock.advance(HOUR_MS);
  const proxy = await startFaultProxy(far.base_url, (request) => request.startsWith(`POST ${SUBMITS[kind]} `));
  const account = EXCHANGES.find((facts) => facts.exchange === kind)?.account ?? "";
  const venue = createCcxtVenue(
    {
      id: kind,
      options: { ...far.options, base_url: proxy.url },
      ...{
        assets: ASSETS,
        instruments: [],
        wallets: [],
        clock,
        random: createSeededRandom(1),
        http: createFetchPort(),
      },
    },
    { request_timeout_ms: REQUEST_TIMEOUT_MS },
  );
  const plans = new Map<string, TransferPlan>();
  return {
    venue,
    wallet: { wallet_id: "hot", account, asset: "USDT" },
    amount: 100n * USDT,
    plan: plansOf(kind, plans),
    far_side: {
      line: proxy.line,
      answerNext: ({ to, status, body, retry_after_s }) => {
        const where = to === "submit" ? { method: "POST", path: SUBMITS[kind], exact: true } : {};
        const wait = retry_after_s === undefined ? {} : { retry_after_s };
        far.server.faults.add({ ...where, times: 1, fault: { kind: "respond", status, body, ...wait } });
      },
      clearAnswers: () => far.server.faults.clear(),
      rate_limit_body: LIMITED[kind],
      useUnknownStatus: () =>
        far.server.faults.add({ path: LOOK_UPS[kind], times: 1, fault: { kind: "edit", edit: oddStatus } }),
      skewClock: (ms) => {
        skew_ms = ms;
      },
      rejectApproval: async (reference) => {
        for (const row of paidFor(far, plans.get(reference))) far.books.end(row, "cancelled");
      },
      effects: (reference) =>
        paidFor(far, plans.get(reference)).filter(({ state }) => state !== "cancelled" && state !== "failed").length,
      settle: async () => {
        clock.advance(HOUR_MS);
        far.books.catchUp();
      },
      wait: async (ms) => clock.advance(ms),
      now: () => clock.now(),
    },
    stop: async () => {
      await venue.close();
      await proxy.stop();
      await far.server.stop();
    },
  };
}

/** Each plan has an amount of its own: Kraken keeps nothing else by which the referee could count. */
function plansOf(kind: ExchangeKind, plans: Map<string, TransferPlan>): VenueHarness["plan"] {
  const ids = createIds({ now: () => START });
  return (change = {}) => {
    const plan = {
      id: ids.next("trf"),
      asset: "USDT",
      network: "tron",
      amount: String(change.amount ?? 100n * USDT + BigInt(plans.size) * CENT),
      fee_max: String(change.fee_max ?? 5n * USDT),
      from: { venue: kind, wallet: "hot", role: "hot", address: "", memo: null },
      to: { venue: "vault", wallet: "vault", role: "custody", address: change.to_address ?? DESTINATION, memo: null },
      expires_at: START + 1_000_000 * HOUR_MS,
    } as TransferPlan;
    plans.set(plan.id, plan);
    return plan;
  };
}

function paidFor({ books }: FakeExchange, plan: TransferPlan | undefined) {
  return books.withdrawals.filter((row) => plan !== undefined && row.gross - row.fee === BigInt(plan.amount));
}

function oddStatus(body: unknown): unknown {
  const text = JSON.stringify(body)
    .replaceAll(/"status":\d+/g, '"status":42')
    .replaceAll(/"(status|state)":"[^"]*"/g, '"$1":"77"');
  return JSON.parse(text);
}

const NO_CHAIN = "It books at its own word: what happens on the chain behind it is not shown to customers.";
const NOT_APPLICABLE = {
  stale_balance: "It states no time of its balance; its age is counted from the request.",
  fee_from_amount: "The connector asks for what makes the planned amount arrive, whichever side the fee is on.",
  approval_expired: "Its own review has no time after which it ends by itself.",
  "hook:reorganize": NO_CHAIN,
  "hook:remove": NO_CHAIN,
  "hook:replace": NO_CHAIN,
  "hook:retry": NO_CHAIN,
  "hook:webhookOf": "It sends no webhooks; balances are pushed over a WebSocket or polled.",
};

for (const kind of ["binance", "kraken", "okx"] as const) {
  describeVenue(kind, () => startHarness(kind), { not_applicable: NOT_APPLICABLE });
}
