/** What holds for every route, read from the table itself. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodePolicy } from "../policy/index.ts";
import type { PoolPolicy } from "../policy/types.ts";
import { tables } from "../store/index.ts";
import { openApiDocument, operationId } from "./openapi.ts";
import { PERMISSIONS } from "./permissions.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes/index.ts";
import { ProblemSchema } from "./schemas/index.ts";
import { lendOne } from "./suite_credit.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";
import { VENUE_DOORS } from "./venue_doors.ts";

const name = (route: Route): string => `${route.method.toUpperCase()} ${route.path}`;
const READS = ROUTES.filter((route) => route.method === "get");
const WRITES = ROUTES.filter((route) => route.method === "post");
/** POSTs that only compute, stop something, or end what was not sent. */
/** Computed on copies: a POST only because the question does not fit a query. */
const COMPUTED = [
  "POST /v1/stress",
  "POST /v1/pools/{id}/what-if",
  "POST /v1/policy/preview",
  "POST /v1/credit/what-if",
];
const HARMLESS = [
  "POST /v1/venues/{id}/exercise",
  "POST /v1/venues/{id}/discover",
  "POST /v1/wallets/{id}/suspend",
  ...COMPUTED,
  "POST /v1/policy/proposals/{proposal_id}/mark",
  "POST /v1/freeze",
  "POST /v1/transfers/{id}/cancel",
  "POST /v1/envelopes/{id}/revoke",
  "POST /v1/facilities/{id}/cancel",
  "POST /v1/substitutions/{id}/cancel",
  "POST /v1/margin-calls/{id}/acknowledge",
];

let test: TestTreasury;
const ids: Record<string, string> = {};

beforeAll(async () => {
  test = await createTestTreasury({ hot: 400_000n, cold: 9_600_000n });
  await test.cycles(3);
  const first = async (path: string): Promise<string> => {
    const page = (await (await test.request("GET", path)).json()) as { items: { id: string }[] };
    return page.items[0]?.id ?? "missing";
  };
  const transfer = await first("/v1/transfers");
  Object.assign(ids, {
    pools: "usdt",
    decisions: await first("/v1/decisions"),
    transfers: transfer,
    approvals: transfer,
    resolutions: await proposeOn(transfer),
    proposals: await proposePolicy(),
    ...(await proposeOnBreak()),
    envelopes: await proposeEnvelope(),
    ...(await proposeOnWallet()),
    ...(await lendOne(test)),
  });
});

/** Holds the transfer, and proposes how it ended. */
async function proposeOn(transfer_id: string): Promise<string> {
  const { treasury } = test;
  const held = { state: "held", note_code: "outcome_unknown", note: "timeout" } as const;
  await treasury.deps.store.tx("test", (tx) => tx.update(tables.transfer, { id: transfer_id }, held));
  const row = await treasury.proposeResolution({
    transfer_id,
    ...{ outcome: "submitted", evidence: "statement", references: [], proposed_by: "person:ana" },
    ...{ venue_ref: "v-1", tx_hash: null, amount_received: null, fee: null },
  });
  return row.id;
}

/** Cover for one hour. */
async function proposeEnvelope(): Promise<string> {
  const { treasury } = test;
  const [pool] = treasury.deps.config.pools;
  const now = treasury.deps.clock.now();
  const { id } = await treasury.proposeEnvelope({
    ...{ pool_id: pool?.id ?? "", from_wallets: pool?.reserve.slice(0, 1) ?? [], to_wallets: pool?.liquidity ?? [] },
    ...{ amount_max: 1n, amount_total: 1n, count_max: 1, valid_from: now, valid_until: now + 3_600_000 },
    ...{ reason: "cover", proposed_by: "person:ana" },
  });
  return id;
}

/** Suspends a wallet, and proposes to activate it again. */
async function proposeOnWallet(): Promise<Record<string, string>> {
  const wallets = "northvault-btc";
  await test.treasury.suspendWallet(wallets, "person:ana", "audit");
  const row = await test.treasury.proposeWallet({
    ...{ wallet_id: wallets, what: "activate", amount: null, as_of: null, evidence: "audit over", references: [] },
    proposed_by: "person:ana",
  });
  return { wallets, "wallet-proposals": row.id };
}

/** A policy that a search proposed; its figures are made up. */
async function proposePolicy(): Promise<string> {
  const [pool] = test.config.pools;
  const figures = { cost: 2, hindsight_cost: 1, exposure_cost: 2, delay_cost: 0, fee_cost: 0 };
  const moves = { stockout_hours: 0, mean_hot: 1, moves_up: 0, moves_down: 0 };
  const both = { current: { ...figures, ...moves }, proposed: { ...figures, ...moves } };
  const report = { name: "hybrid", from: 0, to: 1, tried: 1, sentence: "Less.", ...both };
  const policy = encodePolicy(pool?.policy as PoolPolicy) as never;
  const row = {
    id: "pro_1",
    pool_id: "usdt",
    state: "open",
    from_digest: "a",
    to_digest: "b",
    policy,
    report,
  } as const;
  const end = { ended_at: null, ended_by: null, note: null };
  await test.treasury.deps.store.tx("test", (tx) =>
    tx.insert(tables.policy_proposal, { ...row, created_at: 1, ...end }),
  );
  return row.id;
}

/** Steals from custody, waits one poll, and proposes what it was. */
async function proposeOnBreak(): Promise<Record<string, string>> {
  test.world.flow("southvault/usdt", -5n, "USDT");
  test.treasury.wake("manual");
  await test.treasury.cycleOnce();
  const page = (await (await test.request("GET", "/v1/breaks")).json()) as { items: { id: string }[] };
  const breaks = page.items[0]?.id ?? "missing";
  const draft = { remedy: "suspense", transfer_id: null, evidence: "letter", references: [] } as const;
  const row = await test.treasury.proposeBreakResolution({ ...draft, break_id: breaks, proposed_by: "person:ana" });
  return { breaks, "break-resolutions": row.id };
}
afterAll(() => test.close());

/** The path with ids that exist. */
function realPath(route: Route): string {
  const noun = route.path.split("/")[2] ?? "";
  const queries: Record<string, string> = {
    "/v1/ledger/statements": "?account=customers/all/USDT",
    "/v1/ledger/statements/export": "?account=customers/all/USDT",
    "/v1/credit/statement": `?facility_id=${ids.facilities}`,
  };
  const query = queries[route.path] ?? "";
  if (route.path.includes("{proposal_id}")) return route.path.replace("{proposal_id}", ids.proposals ?? "missing");
  return route.path.replace("{person}", "ben").replace(/\{\w+\}/, ids[noun] ?? "missing") + query;
}

describe("every route", () => {
  it("is written once, with a permission, a summary and strict inputs", () => {
    expect(new Set(ROUTES.map(name)).size).toBe(ROUTES.length);
    for (const route of ROUTES) {
      expect(PERMISSIONS).toContain(route.permission);
      expect(route.summary.length).toBeGreaterThan(10);
      expect(route.query.safeParse({ no_such_parameter: "1" }).success, name(route)).toBe(false);
    }
  });

  it.each(READS.map((route) => [name(route), route] as const))(
    "%s answers what its schema says",
    async (_name, route) => {
      const response = await test.request("GET", realPath(route));
      if (route.path === "/v1/resume") {
        expect(response.status).toBe(409);
        return;
      }
      if (route.path === "/v1/pools/{id}/flows") {
        // Nobody moved anything in this world's few minutes.
        expect(ProblemSchema.parse(await response.json())).toMatchObject({ status: 422, code: "tuning_no_flows" });
        return;
      }
      expect(response.status).toBe(200);
      expect(route.media).toContain((response.headers.get("content-type") ?? "").split(";")[0]);
      if (!route.media.includes("application/json") || route.media.length > 1) return;
      const answer: unknown = await response.json();
      expect(route.out.safeParse(answer).error).toBeUndefined();
      expect(deepNumbers(answer).filter((path) => /amount|balance|fee$|total|price$/.test(path))).toEqual([]);
    },
  );

  it("that changes something demands a permission beyond reading; that can move money, a key", async () => {
    for (const route of WRITES) {
      if (!HARMLESS.includes(name(route))) expect(route.moves_money, name(route)).toBe(true);
      if (!COMPUTED.includes(name(route))) expect(route.permission, name(route)).not.toBe("read");
      const response = await test.request("POST", realPath(route), { body: { nonsense: true } });
      const problem = ProblemSchema.parse(await response.json());
      expect(problem.code, name(route)).toBe(route.moves_money ? "idempotency_key_missing" : "api_input_invalid");
    }
  });

  it("refuses other methods, and what is nowhere is not found", async () => {
    for (const route of ROUTES) {
      const response = await test.request("DELETE", realPath(route));
      expect(response.status, name(route)).toBe(405);
    }
    const lost = ProblemSchema.parse(await (await test.request("GET", "/v1/nothing")).json());
    expect(lost).toMatchObject({ status: 404, code: "api_not_found", instance: "/v1/nothing" });
  });

  it("stands in OpenAPI with its operation, permission and schemas", () => {
    const document = openApiDocument();
    expect(document.openapi).toBe("3.1.0");
    for (const route of ROUTES) {
      const operation = (document.paths?.[route.path] as Record<string, unknown> | undefined)?.[route.method];
      expect(operation, name(route)).toMatchObject({
        operationId: operationId(route),
        "x-permission": route.permission,
        responses: { [route.status]: expect.anything(), default: expect.anything() },
      });
    }
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(
      expect.arrayContaining(["Overview", "Transfer", "Decision", "Money", "Problem"]),
    );
  });
});

it("the doors of venues stand in OpenAPI without a token, and every answer is one they name", async () => {
  const { paths } = openApiDocument();
  for (const { path, answers } of VENUE_DOORS) {
    const operation = (paths?.[path] as Record<string, { readonly responses?: object }> | undefined)?.post;
    expect(operation).toMatchObject({ security: [], operationId: operationId({ method: "post", path }) });
    expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(Object.keys(answers)));
    const response = await test.request("POST", path.replace("{venue}", "nowhere").replace("{secret}", "x"), {
      body: {},
    });
    expect(Object.keys(answers)).toContain(String(response.status));
  }
});

/** Paths of JSON numbers; no amount may be one. */
function deepNumbers(value: unknown, path = ""): string[] {
  if (typeof value === "number") return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "raw" || key === "payload" ? [] : deepNumbers(item, `${path}/${key}`),
  );
}
