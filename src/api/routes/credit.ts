/** Facilities: proposing and voting, payments, collateral, statements. */
import { z } from "zod";
import { currencyOf, getFacility, type LoanPaymentRow, placesOf } from "../../lending/index.ts";
import { parseDecimal } from "../../money/index.ts";
import { ApiError } from "../errors.ts";
import { defineRoute, defineStreamRoute, type Route, StreamedAnswer } from "../route.ts";
import {
  AcceptDepositSchema,
  DepositSchema,
  type Facility,
  FacilityDetailSchema,
  FacilityListSchema,
  FacilityQuerySchema,
  FacilityRequestSchema,
  FacilitySchema,
  IdSchema,
  LoanPaymentSchema,
  PaymentRequestSchema,
  ReasonRequestSchema,
  ReleaseRequestSchema,
  SandboxDepositRequestSchema,
  SandboxDepositSchema,
  SignedVoteSchema,
  TransferSchema,
} from "../schemas/index.ts";
import { byDistance, createPrinter, printTime, viewDeposit, viewPayment, viewTransfer } from "../views/index.ts";
import { demandOwnVote } from "./approvals.ts";
import { creditStatement } from "./credit_statement.ts";
import { decimalsOf, IdParams } from "./params.ts";
import { FACILITIES_MAX, facilityDetail, facilityView, findFacilities, lendingOf } from "./read_credit.ts";
import { initiatorOf } from "./transfers.ts";

const FacilityParams = z.strictObject({ facility_id: IdSchema });
const HOUR_MS = 3_600_000;

export const FACILITY_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/facilities",
    summary: "Facilities, the worst first: by the level they passed, then by what is left to the next",
    tag: "credit",
    permission: "read",
    query: FacilityQuerySchema,
    out: FacilityListSchema,
    handler: async ({ deps, query }) => {
      const { store, clock } = deps.treasury.deps;
      const rows = await store.read("api.facilities", (tx) => findFacilities(tx, query.state, query.customer));
      const items: Facility[] = [];
      for (const row of rows.slice(0, FACILITIES_MAX)) items.push(await facilityView(deps, row));
      return { as_of: printTime(clock.now()), items: items.sort(byDistance), has_more: rows.length > FACILITIES_MAX };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/facilities/{id}",
    summary: "One facility: its terms as people sign them, its position, and how far it is trusted",
    tag: "credit",
    permission: "read",
    params: IdParams,
    out: FacilitySchema,
    handler: async ({ deps, params }) =>
      facilityView(deps, await deps.treasury.deps.store.read("api.facility", (tx) => getFacility(tx, params.id))),
  }),
  defineRoute({
    method: "get",
    path: "/v1/facilities/{id}/detail",
    summary: "One facility with its calculator, payments, deposits, margin calls and sales",
    tag: "credit",
    permission: "read",
    params: IdParams,
    out: FacilityDetailSchema,
    handler: ({ deps, params }) => facilityDetail(deps, params.id),
  }),
  defineRoute({
    method: "post",
    path: "/v1/facilities",
    summary: "Propose a facility; it needs the quorum that its principal would need to leave custody",
    tag: "credit",
    permission: "transfer",
    moves_money: true,
    status: 201,
    body: FacilityRequestSchema,
    out: FacilitySchema,
    handler: async ({ deps, body, caller }) => {
      const { decimals } = currencyOf(deps.config, body.currency);
      const money = (text: string): bigint => parseDecimal(text, decimals);
      const { reference, customer_id, currency, rate_percent, day_count, matures_on, levels, reason } = body;
      const row = await lendingOf(deps).proposeFacility({
        ...{ reference, customer_id, currency, rate_percent, day_count, matures_on, reason },
        ...{ principal: money(body.principal), opening_fee: money(body.opening_fee) },
        schedule: body.schedule.map(({ due_on, amount }) => ({ due_on, amount: money(amount) })),
        levels: levels === null ? null : withoutUndefined(levels),
        cure_ms: body.cure_hours === null ? null : body.cure_hours * HOUR_MS,
        collateral: body.collateral.map(({ asset, expected, return_address, return_memo }) => ({
          ...{ asset, return_address, return_memo, expected: parseDecimal(expected, decimalsOf(deps, asset)) },
        })),
        proposed_by: initiatorOf(body.proposed_by, caller, deps),
      });
      return facilityView(deps, row);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/facilities/{facility_id}/votes",
    summary: "Cast a signed vote on a facility's terms; the last approval asks for its collateral wallets",
    tag: "credit",
    permission: "vote",
    moves_money: true,
    params: FacilityParams,
    body: SignedVoteSchema,
    out: FacilitySchema,
    handler: async ({ deps, params, body, caller }) => {
      const { payload } = body;
      if (payload.object_kind !== "facility" || payload.object_id !== params.facility_id) {
        const field = { pointer: "/payload/object_id", detail: `This vote is not on ${params.facility_id}.` };
        throw new ApiError("api_input_invalid", field.detail, {}, [field]);
      }
      demandOwnVote(body, caller);
      const { facility } = await lendingOf(deps).voteOnFacility(body);
      deps.treasury.wake("transfer");
      return facilityView(deps, facility);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/facilities/{id}/cancel",
    summary: "End a facility of which nothing was drawn and nothing is held",
    tag: "credit",
    permission: "transfer",
    params: IdParams,
    body: ReasonRequestSchema,
    out: FacilitySchema,
    handler: async ({ deps, params, body, caller }) =>
      facilityView(deps, await lendingOf(deps).cancelFacility(params.id, caller.actor, body.reason)),
  }),
  paymentRoute("disbursal"),
  paymentRoute("repayment"),
  defineRoute({
    method: "post",
    path: "/v1/facilities/{id}/releases",
    summary: "Release collateral to the borrower's own address: a transfer under the quorum of custody",
    tag: "credit",
    permission: "transfer",
    moves_money: true,
    status: 201,
    params: IdParams,
    body: ReleaseRequestSchema,
    out: TransferSchema,
    handler: async ({ deps, params, body, caller, idempotency_key }) => {
      const initiator = initiatorOf(body.initiator, caller, deps);
      const row = await lendingOf(deps).release({
        ...{ facility_id: params.id, asset: body.asset, reason: body.reason, initiator },
        units: body.amount === "all" ? "all" : parseDecimal(body.amount, decimalsOf(deps, body.asset)),
        key: idempotency_key,
      });
      deps.treasury.wake("transfer");
      return viewTransfer(row, createPrinter(deps.config));
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/facilities/{id}/deposits/accept",
    summary: "Say that a deposit which waits is collateral of this facility after all",
    tag: "credit",
    permission: "transfer",
    moves_money: true,
    params: IdParams,
    body: AcceptDepositSchema,
    out: DepositSchema,
    handler: async ({ deps, params, body, caller }) => {
      await deps.treasury.deps.store.read("api.accept", (tx) => getFacility(tx, params.id));
      const { wallet_id, movement_id } = body;
      const actor = initiatorOf(body.accepted_by, caller, deps);
      const deposit = await lendingOf(deps).acceptDeposit({ wallet_id, movement_id }, actor);
      deps.treasury.wake("transfer");
      return viewDeposit(deposit, createPrinter(deps.config));
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/sandbox/deposits",
    summary: "Pay collateral in as the customer of a loan; exists in a sandbox only",
    tag: "sandbox",
    permission: "transfer",
    moves_money: true,
    sandbox_only: true,
    status: 201,
    body: SandboxDepositRequestSchema,
    out: SandboxDepositSchema,
    handler: async ({ deps, body, idempotency_key }) => {
      const { facility_id, asset, amount } = body;
      lendingOf(deps);
      const { row, places } = await deps.treasury.deps.store.read("api.pay_in", async (tx) => ({
        row: await getFacility(tx, facility_id),
        places: await placesOf(tx, facility_id),
      }));
      const place = places.find((one) => one.asset === asset && one.state === "active");
      if (place?.account == null || place.address === null) {
        throw new ApiError("api_input_invalid", `${row.reference} has no open wallet for ${asset.slice(0, 64)} yet.`);
      }
      const units = parseDecimal(amount, decimalsOf(deps, asset));
      const tx_hash = `customer-${idempotency_key}`;
      const payment = { venue: place.venue_id, account: place.account, units, tx_hash, customer_id: row.customer_id };
      if (deps.sandbox?.payIn?.(payment) !== true) {
        throw new ApiError(
          "api_input_invalid",
          "The local world took nothing: the amount is above zero, and each key pays once.",
        );
      }
      deps.treasury.wake("transfer");
      return { facility_id, amount: createPrinter(deps.config).money(asset, units), address: place.address, tx_hash };
    },
  }),
  defineStreamRoute({
    path: "/v1/credit/statement",
    summary:
      "Statement of one facility: everything that changed what is owed or held, oldest first, as CSV or JSON lines",
    tag: "credit",
    permission: "export",
    query: z.strictObject({ facility_id: IdSchema, format: z.enum(["csv", "jsonl"]).default("csv") }),
    media: ["text/csv", "application/jsonl"],
    handler: async ({ deps, query }) => {
      lendingOf(deps);
      const row = await deps.treasury.deps.store.read("api.statement", (tx) => getFacility(tx, query.facility_id));
      const media = query.format === "csv" ? "text/csv" : "application/jsonl";
      return new StreamedAnswer(media, creditStatement(deps, row, query.format), `${row.reference}.${query.format}`);
    },
  }),
];

function paymentRoute(kind: LoanPaymentRow["kind"]): Route {
  return defineRoute({
    method: "post",
    path: `/v1/facilities/{id}/${kind}s`,
    summary:
      kind === "disbursal"
        ? "Record a disbursal: let through only while the loan stays below its margin level"
        : "Record a repayment: fees first, then interest, principal and shortfall; the rest is owed to the customer",
    tag: "credit",
    permission: "transfer",
    moves_money: true,
    status: 201,
    params: IdParams,
    body: PaymentRequestSchema,
    out: LoanPaymentSchema,
    handler: async ({ deps, params, body, caller }) => {
      const row = await deps.treasury.deps.store.read("api.payment", (tx) => getFacility(tx, params.id));
      const draft = {
        ...{ facility_id: row.id, amount: parseDecimal(body.amount, row.terms.decimals), reference: body.reference },
        source: initiatorOf(body.recorded_by, caller, deps),
      };
      const lending = lendingOf(deps);
      const payment = await (kind === "disbursal" ? lending.disburse(draft) : lending.repay(draft));
      deps.treasury.wake("transfer");
      return viewPayment(payment, row.currency, createPrinter(deps.config));
    },
  });
}

/** Levels that were not given are left out, and not set to nothing. */
function withoutUndefined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
