import { describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  ApprovalListSchema,
  ApprovalSchema,
  AuditPageSchema,
  BreakListSchema,
  BreakResolutionListSchema,
  BreakResolutionSchema,
  BreakSchema,
  CreditPriceListSchema,
  DecisionDetailSchema,
  DecisionPageSchema,
  EnvelopeListSchema,
  ExpectedFlowListSchema,
  ExpectedFlowRequestSchema,
  ExtensionListSchema,
  FacilityListSchema,
  FacilityRequestSchema,
  HistorySchema,
  LedgerAccountPageSchema,
  LiquidationListSchema,
  MarginCallListSchema,
  OverviewSchema,
  PeopleSchema,
  PortfolioSchema,
  ReconciliationSchema,
  ReplaySchema,
  ResolutionListSchema,
  ResolutionSchema,
  ResumeOfferSchema,
  SandboxKeySchema,
  SandboxSchema,
  ScenarioListSchema,
  StatementSchema,
  StressRequestSchema,
  StressSchema,
  SubstitutionListSchema,
  TransferDetailSchema,
  TransferPageSchema,
  TrialBalanceSchema,
  VenueListSchema,
  WalletListSchema,
  WalletProposalListSchema,
  WhatIfSchema,
} from "../../src/api/schemas/index.ts";
import { digestOf, canonicalJson as serverCanonical } from "../../src/digest/index.ts";
import {
  type FacilityForm,
  facilityRequestOf,
  NO_FACILITY,
  NO_PLEDGE,
} from "../../web/src/screens/credit/facility_form.ts";
import { flowRequest } from "../../web/src/screens/expected/announcement.ts";
import { RANGES, readCustom, scenarioOf } from "../../web/src/screens/simulate/custom_scenario.ts";
import { whatIfOf } from "./fixtures/over_time.ts";
import { answerGet } from "./fixtures/server.ts";
import { stressOf } from "./fixtures/stress.ts";
import { TRANSFERS } from "./fixtures/transfers.ts";
import type { World } from "./fixtures/world.ts";

const WORLDS: readonly World[] = ["normal", "stale", "empty", "advise", "frozen"];
const [first] = TRANSFERS;
const id = first?.id ?? "";

const ANSWERS: readonly (readonly [path: string, schema: z.ZodType])[] = [
  ["/v1/overview", OverviewSchema],
  ["/v1/pools/usdt/history?hours=168", HistorySchema],
  ["/v1/transfers", TransferPageSchema],
  [`/v1/transfers/${id}`, TransferDetailSchema],
  ["/v1/approvals", ApprovalListSchema],
  [`/v1/approvals/${id}`, ApprovalSchema],
  ["/v1/resolutions", ResolutionListSchema],
  ["/v1/resolutions/res_01J9ZAC2", ResolutionSchema],
  ["/v1/break-resolutions", BreakResolutionListSchema],
  ["/v1/break-resolutions/brs_01J9ZAA1", BreakResolutionSchema],
  ["/v1/breaks", BreakListSchema],
  ["/v1/breaks/brk_01J9ZAA0", BreakSchema],
  ["/v1/envelopes", EnvelopeListSchema],
  ["/v1/expected-flows", ExpectedFlowListSchema],
  ["/v1/expected-flows?state=all", ExpectedFlowListSchema],
  ["/v1/extensions", ExtensionListSchema],
  ["/v1/substitutions", SubstitutionListSchema],
  ["/v1/facilities", FacilityListSchema],
  ["/v1/margin-calls", MarginCallListSchema],
  ["/v1/liquidations", LiquidationListSchema],
  ["/v1/credit/prices", CreditPriceListSchema],
  ["/v1/credit/portfolio", PortfolioSchema],
  ["/v1/decisions", DecisionPageSchema],
  ["/v1/decisions/dec_01J9ZK7Q4M", DecisionDetailSchema],
  ["/v1/decisions/dec_01J9ZK7Q4M/replay", ReplaySchema],
  ["/v1/stress/scenarios", ScenarioListSchema],
  ["/v1/venues", VenueListSchema],
  ["/v1/wallets", WalletListSchema],
  ["/v1/wallet-proposals", WalletProposalListSchema],
  ["/v1/ledger/trial-balance", TrialBalanceSchema],
  ["/v1/ledger/accounts", LedgerAccountPageSchema],
  ["/v1/ledger/statements?account=wallet/hot-usdt/USDT", StatementSchema],
  ["/v1/reconciliation", ReconciliationSchema],
  ["/v1/audit", AuditPageSchema],
  ["/v1/people", PeopleSchema],
  ["/v1/sandbox", SandboxSchema],
  ["/v1/sandbox/keys/ana", SandboxKeySchema],
  ["/v1/resume?mode=auto", ResumeOfferSchema],
];

describe("the fixtures speak the API's own language", () => {
  it.each(ANSWERS)("%s", (path, schema) => {
    for (const world of WORLDS) {
      const answer = answerGet(new URL(path, "http://fixture"), world);
      expect(schema.safeParse(answer).error?.message).toBeUndefined();
    }
  });

  it("takes a loan as the form writes it", () => {
    const form: FacilityForm = {
      ...NO_FACILITY,
      ...{ reference: "L-1", customer_id: "acme", currency: "USD", principal: "250,000", rate_percent: "11.5" },
      ...{ matures_on: "2026-12-31", reason: "a bridge", cure_hours: "12", measure: "cvl", initial: "140" },
      schedule: [{ row: 1, due_on: "2026-06-30", amount: "20 000" }],
      collateral: [{ ...NO_PLEDGE, asset: "BTC", expected: "5", return_address: "bc1q" }],
    };
    expect(FacilityRequestSchema.safeParse(facilityRequestOf(form, "ana")).error?.message).toBeUndefined();
  });

  it("takes an announced flow as the form writes it", () => {
    const form = {
      ...({ wallet_id: "hot-usdt", direction: "out", amount: "25,000.50", reference: "w-4711" } as const),
      ...{ destination: "TQ5n", tx_hash: "", hours: "696" },
    };
    const request = flowRequest(form, "2026-11-21T14:02:11.000Z");
    expect(ExpectedFlowRequestSchema.safeParse(request).error?.message).toBeUndefined();
  });

  it("answers the what-if", () => {
    expect(WhatIfSchema.safeParse(whatIfOf()).error?.message).toBeUndefined();
  });

  it.each([true, false])("answers the stress test, with chance in it: %s", (chance) => {
    expect(StressSchema.safeParse(stressOf(chance)).error?.message).toBeUndefined();
  });

  it("takes what the sliders of a scenario of one's own can say, at both of their ends", () => {
    for (const end of [0, 1] as const) {
      const figures = Object.fromEntries(Object.entries(RANGES).map(([name, range]) => [name, range[end]]));
      const custom = readCustom({ ...figures, stolen_from: "reserve" });
      const scenario = custom && scenarioOf(custom, "mine");
      expect(StressRequestSchema.safeParse({ scenario }).error?.message).toBeUndefined();
    }
  });

  it("digests as the daemon does", () => {
    const approval = ApprovalSchema.parse(answerGet(new URL(`/v1/approvals/${id}`, "http://fixture"), "normal"));
    const payload: unknown = JSON.parse(approval.payload_text);
    expect(serverCanonical(payload)).toBe(approval.payload_text);
    expect(digestOf("transfer", payload)).toBe(approval.digest);
  });
});
