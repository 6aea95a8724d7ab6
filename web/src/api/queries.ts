/** What the screens read. Keys start with the resource, so that one event refreshes what it touches. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, mintKey, post } from "./client.ts";
import type {
  AddressList,
  Approval,
  ApprovalList,
  AuditPage,
  Break,
  BreakList,
  BreakResolution,
  BreakResolutionList,
  CallExtension,
  CallExtensionList,
  CreditPortfolio,
  CreditPriceList,
  CreditShock,
  DecisionDetail,
  Envelope,
  EnvelopeList,
  ExpectedFlow,
  ExpectedFlowList,
  Facility,
  FacilityDetail,
  FacilityList,
  History,
  LiquidationList,
  MarginCallList,
  Overview,
  People,
  PolicyView,
  QrParts,
  Reconciliation,
  ReplayView,
  Resolution,
  ResolutionList,
  ResumeOffer,
  Sandbox,
  ScenarioList,
  Substitution,
  SubstitutionList,
  TransferDetail,
  TransferPage,
  TrialBalance,
  VenueList,
  WalletList,
  WalletProposal,
  WalletProposalList,
} from "./types.ts";

/** Newest events of one loan: enough for the story of its calls. */
const EVENTS_READ = 300;

export type Filter = Readonly<Record<string, string | number | undefined>>;

/** @example withQuery("/v1/audit", { type: "Manual", ref: undefined }) // "/v1/audit?type=Manual" */
export function withQuery(path: string, filter: Filter): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}

function resource<T>(key: readonly unknown[], path: string) {
  return queryOptions({ queryKey: key, queryFn: () => get<T>(path), placeholderData: keepPreviousData });
}

/** One object by its id: the object before it is no stand-in. */
function single<T>(key: readonly unknown[], path: string) {
  return queryOptions({ queryKey: key, queryFn: () => get<T>(path) });
}

export const queries = {
  overview: () => resource<Overview>(["overview"], "/v1/overview"),
  history: (pool: string, hours: number) =>
    resource<History>(["history", pool, hours], withQuery(`/v1/pools/${pool}/history`, { hours, points: 500 })),
  transfers: (filter: Filter) => resource<TransferPage>(["transfers", filter], withQuery("/v1/transfers", filter)),
  transfer: (id: string) => single<TransferDetail>(["transfers", "one", id], `/v1/transfers/${id}`),
  psbt: (id: string) => single<QrParts>(["approvals", id, "psbt"], `/v1/approvals/${id}/psbt`),
  approvals: () => resource<ApprovalList>(["approvals"], "/v1/approvals"),
  expectedFlows: (state: ExpectedFlow["state"] | "all") =>
    resource<ExpectedFlowList>(["expected", state], withQuery("/v1/expected-flows", { state })),
  breaks: () => resource<BreakList>(["breaks"], "/v1/breaks"),
  break: (id: string) => single<Break>(["breaks", id], `/v1/breaks/${id}`),
  breakResolutions: () => resource<BreakResolutionList>(["resolutions", "breaks"], "/v1/break-resolutions"),
  breakResolution: (id: string) =>
    single<BreakResolution>(["resolutions", "breaks", id], `/v1/break-resolutions/${id}`),
  envelopes: () => resource<EnvelopeList>(["envelopes"], withQuery("/v1/envelopes", { state: "all" })),
  envelope: (id: string) => single<Envelope>(["envelopes", id], `/v1/envelopes/${id}`),
  resolutions: () => resource<ResolutionList>(["resolutions"], "/v1/resolutions"),
  resolution: (id: string) => single<Resolution>(["resolutions", id], `/v1/resolutions/${id}`),
  approval: (id: string) => single<Approval>(["approvals", id], `/v1/approvals/${id}`),
  decision: (id: string) => single<DecisionDetail>(["decisions", "one", id], `/v1/decisions/${id}`),
  replay: (id: string) => single<ReplayView>(["decisions", "replay", id], `/v1/decisions/${id}/replay`),
  scenarios: () => resource<ScenarioList>(["scenarios"], "/v1/stress/scenarios"),
  venues: () => resource<VenueList>(["venues"], "/v1/venues"),
  wallets: () => resource<WalletList>(["wallets"], "/v1/wallets"),
  walletProposals: () => resource<WalletProposalList>(["wallets", "proposals"], "/v1/wallet-proposals"),
  walletProposal: (id: string) => single<WalletProposal>(["wallets", "proposals", id], `/v1/wallet-proposals/${id}`),
  /** Asks the venue: only when a person wants to know. */
  addresses: (id: string) => single<AddressList>(["addresses", id], `/v1/wallets/${id}/addresses`),
  reconciliation: () => resource<Reconciliation>(["wallets", "reconciliation"], "/v1/reconciliation"),
  /** Null: of now. */
  trialBalance: (at: string | null) =>
    resource<TrialBalance>(["books", at], withQuery("/v1/ledger/trial-balance", at === null ? {} : { at })),
  people: () => resource<People>(["people"], "/v1/people"),
  policy: () => resource<PolicyView>(["policy"], "/v1/policy"),
  facilities: (state: "live" | "proposed" | "ended") =>
    resource<FacilityList>(["credit", "facilities", state], withQuery("/v1/facilities", { state })),
  facility: (id: string) => single<Facility>(["credit", "facility", id], `/v1/facilities/${id}`),
  facilityDetail: (id: string) => single<FacilityDetail>(["credit", "detail", id], `/v1/facilities/${id}/detail`),
  facilityEvents: (id: string) =>
    single<AuditPage>(["credit", "events", id], withQuery("/v1/audit", { ref: id, limit: EVENTS_READ })),
  marginCalls: () => resource<MarginCallList>(["credit", "calls"], "/v1/margin-calls"),
  extensions: () => resource<CallExtensionList>(["credit", "extensions"], "/v1/extensions"),
  extension: (id: string) => single<CallExtension>(["credit", "extensions", id], `/v1/extensions/${id}`),
  substitutions: () => resource<SubstitutionList>(["credit", "substitutions"], "/v1/substitutions"),
  substitution: (id: string) => single<Substitution>(["credit", "substitutions", id], `/v1/substitutions/${id}`),
  liquidations: (state: "open" | "all") =>
    resource<LiquidationList>(["credit", "sales", state], withQuery("/v1/liquidations", { state })),
  creditPrices: () => resource<CreditPriceList>(["credit", "prices"], "/v1/credit/prices"),
  portfolio: () => resource<CreditPortfolio>(["credit", "portfolio"], "/v1/credit/portfolio"),
  /** Computed on a copy: a POST only because the question does not fit a query. */
  shock: (to_percent: number, points: number) =>
    queryOptions({
      queryKey: ["credit", "shock", to_percent, points],
      queryFn: () => post<CreditShock>("/v1/credit/what-if", { to_percent, points }, mintKey()),
      placeholderData: keepPreviousData,
    }),
  sandbox: () => single<Sandbox>(["sandbox"], "/v1/sandbox"),
  /** Null: in the mode before the freeze. */
  resume: (mode: ResumeOffer["mode"] | null) =>
    single<ResumeOffer>(["resume", mode], withQuery("/v1/resume", mode === null ? {} : { mode })),
};

/** The trial balance, and the lists below it. */
const BOOKS = ["books", "ledger/accounts", "ledger/statements"];

/** Resources that an event of this kind may have changed; the overview shows a little of everything. */
export function touchedBy(kind: string): readonly string[] {
  const [noun = ""] = kind.split(".");
  const touched: Readonly<Record<string, readonly string[]>> = {
    mode: ["resume", "approvals"],
    wallet: ["wallets", "venues", "history"],
    movement: ["wallets", "transfers", "history", ...BOOKS],
    decision: ["decisions", "history"],
    envelope: ["envelopes", "approvals"],
    expected_flow: ["expected"],
    facility: ["credit", ...BOOKS],
    margin_call: ["credit"],
    call: ["credit"],
    liquidation: ["credit"],
    substitution: ["credit", "approvals"],
    credit: ["credit"],
    price: ["credit"],
    transfer: ["credit", "envelopes", "transfers", "approvals", "resolutions", "history", "wallets", ...BOOKS],
    approval: ["wallets", "credit", "envelopes", "approvals", "resolutions", "transfers"],
    break: ["wallets", "breaks", "resolutions"],
  };
  return ["overview", "audit", ...(touched[noun] ?? [])];
}
