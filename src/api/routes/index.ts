/** Every route of `/v1`, except the live stream. */
import type { Route } from "../route.ts";
import { ANOMALY_ROUTES } from "./anomalies.ts";
import { APPROVAL_ROUTES } from "./approvals.ts";
import { AUDIT_ROUTES } from "./audit.ts";
import { BREAK_ROUTES } from "./breaks.ts";
import { FACILITY_ROUTES } from "./credit.ts";
import { DECISION_ROUTES } from "./decisions.ts";
import { ENVELOPE_ROUTES } from "./envelopes.ts";
import { EXPECTED_FLOW_ROUTES } from "./expected_flows.ts";
import { LEDGER_ROUTES } from "./ledger.ts";
import { LEFTOVER_ROUTES } from "./liquidations.ts";
import { CALL_ROUTES } from "./margin_calls.ts";
import { MODE_ROUTES } from "./mode.ts";
import { OBLIGATION_ROUTES } from "./obligations.ts";
import { POLICY_ROUTES } from "./policy.ts";
import { POOL_ROUTES } from "./pools.ts";
import { PSBT_ROUTES } from "./psbt.ts";
import { RESOLUTION_ROUTES } from "./resolutions.ts";
import { SETTINGS_ROUTES } from "./settings.ts";
import { STRESS_ROUTES } from "./stress.ts";
import { SUBSTITUTION_ROUTES } from "./substitutions.ts";
import { TRANSFER_ROUTES } from "./transfers.ts";
import { TUNING_ROUTES } from "./tuning.ts";
import { VENUE_ROUTES } from "./venues.ts";
import { WALLET_ROUTES } from "./wallets.ts";

export const ROUTES: readonly Route[] = [
  ...POOL_ROUTES,
  ...OBLIGATION_ROUTES,
  ...EXPECTED_FLOW_ROUTES,
  ...ANOMALY_ROUTES,
  ...STRESS_ROUTES,
  ...DECISION_ROUTES,
  ...TRANSFER_ROUTES,
  ...APPROVAL_ROUTES,
  ...PSBT_ROUTES,
  ...RESOLUTION_ROUTES,
  ...BREAK_ROUTES,
  ...ENVELOPE_ROUTES,
  ...LEDGER_ROUTES,
  ...MODE_ROUTES,
  ...AUDIT_ROUTES,
  ...SETTINGS_ROUTES,
  ...POLICY_ROUTES,
  ...TUNING_ROUTES,
  ...VENUE_ROUTES,
  ...WALLET_ROUTES,
  ...FACILITY_ROUTES,
  ...SUBSTITUTION_ROUTES,
  ...CALL_ROUTES,
  ...LEFTOVER_ROUTES,
];
