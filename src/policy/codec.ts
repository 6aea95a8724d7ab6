/**
 * Snapshots, decisions and policies as plain JSON and back, without loss: `decide` on a decoded snapshot gives, bit for bit,
 * the decision of the original. This is what the store keeps and what an auditor replays.
 */
import type { Ratio } from "../money/index.ts";
import {
  type Codec,
  flag,
  list,
  map,
  membersOf,
  number,
  oneOf,
  orAbsent,
  orNull,
  record,
  text,
  units,
  unitsOrZero,
} from "./codec_parts.ts";
import { gas, task } from "./codec_task.ts";
import { SENTENCES } from "./explain.ts";
import type {
  Alternative,
  Counted,
  Decision,
  DirectPolicy,
  FeePatience,
  LaneState,
  Level,
  LevelName,
  ModelOutcome,
  ModelPolicy,
  Move,
  ObligationState,
  OpenTransfer,
  OutflowForecast,
  PoolHistory,
  PoolPolicy,
  Position,
  PriceState,
  Reason,
  ReasonCode,
  ResolvedLevels,
  RouteOption,
  SmallCoins,
  Snapshot,
  WalletState,
  WindowLimit,
} from "./types.ts";
import { MODEL_NAMES } from "./types.ts";

const ratio: Codec<Ratio> = record<Ratio>({ num: units, den: units });
const direction = oneOf("to_reserve", "to_liquidity");
const laneWord = oneOf("slow", "expedited");
const reasonCode = oneOf(...(Object.keys(SENTENCES) as ReasonCode[]));

const smallCoins = record<SmallCoins>({
  network: text,
  held: number,
  held_above: number,
  coins: number,
  touches: units,
  fee: units,
  fee_rate: text,
  rate_below: text,
  rate_is_low: flag,
});

const wallet = record<WalletState>({
  wallet_id: text,
  venue_id: text,
  side: oneOf("liquidity", "reserve"),
  kind: oneOf("hot", "warm", "custody", "collateral", "deposit", "gas"),
  status: oneOf("requested", "creating", "created", "active", "suspended", "archiving", "archived"),
  freshness: oneOf("fresh", "stale", "unknown"),
  as_of: orNull(number),
  total: orNull(units),
  available: orNull(units),
  pending_in: units,
  pending_out: units,
  reserved: units,
  in_flight_in: units,
  pending_readable: flag,
  earmarked: unitsOrZero,
  gas: orAbsent(gas),
  gas_wanted: orAbsent(units),
  small_coins: orAbsent(smallCoins),
});

const route = record<RouteOption>({
  from_wallet: text,
  to_wallet: text,
  network: text,
  enabled: flag,
  disabled_reason: orNull(text),
  fee_fixed: units,
  fee_ppm: number,
  fee_usual: orNull(units),
  minimum: units,
  maximum: orNull(units),
  step: units,
  lead_time_ms: number,
  closes_at: orAbsent(orNull(number)),
  opens_at: orAbsent(orNull(number)),
  lane: orAbsent(laneWord),
});

const openTransfer = record<OpenTransfer>({
  transfer_id: text,
  from_wallet: text,
  to_wallet: text,
  amount: units,
  state: text,
  created_at: number,
  supersedable: flag,
  lane: orAbsent(laneWord),
  obligation_id: orAbsent(text),
});

const price = record<PriceState>({
  status: oneOf("fresh", "stale", "unavailable"),
  currency: text,
  currency_decimals: number,
  price: orNull(ratio),
  as_of: orNull(number),
  sources: number,
  spread_ppm: orNull(number),
});

const forecast = record<OutflowForecast>({
  as_of: number,
  observed_hours: number,
  needed_hours: number,
  lead_time_ms: number,
  expected_outflow: orAbsent(units),
  breach_at: orAbsent(orNull(number)),
  covers: list(record<OutflowForecast["covers"][number]>({ horizon_ms: orNull(number), quantile_ppm: number, units })),
  model: orNull(
    record<ModelOutcome>({
      name: oneOf(...MODEL_NAMES),
      low: units,
      target: units,
      high: units,
      sweep_to: units,
      may_sweep: flag,
      expedite_low: orAbsent(units),
      expedite_to: orAbsent(units),
      because: list(text),
    }),
  ),
});

const history = record<PoolHistory>({
  last_to_reserve_at: orNull(number),
  last_to_liquidity_at: orNull(number),
  outside_since: orNull(number),
  outside: orNull(oneOf("low", "high")),
  moves: list(record<PoolHistory["moves"][number]>({ at: number, direction, amount: units })),
});

const obligation = record<ObligationState>({
  obligation_id: text,
  direction: oneOf("in", "out"),
  amount: units,
  due_at: number,
  what: text,
  payee: orAbsent(text),
  transfer_id: orAbsent(text),
  retry_at: orAbsent(number),
});

const lane = record<LaneState>({
  lane: laneWord,
  envelope_id: orNull(text),
  from_wallets: list(text),
  to_wallets: list(text),
  lead_time_ms: number,
  cost: units,
  amount_max: orNull(units),
  remaining_amount: orNull(units),
  remaining_count: orNull(number),
  valid_until: orNull(number),
  bounded_by: orAbsent(text),
});

const snapshot = record<Snapshot>({
  pool_id: text,
  asset: text,
  decimals: number,
  taken_at: number,
  mode: oneOf("observe", "advise", "auto", "frozen"),
  wallets: list(wallet),
  routes: list(route),
  open_transfers: list(openTransfer),
  price: orNull(price),
  forecast: orNull(forecast),
  history,
  frozen_reason: orNull(text),
  obligations: orAbsent(list(obligation)),
  lanes: orAbsent(list(lane)),
  sweeps_held_reason: orAbsent(orNull(text)),
});

const position = record<Position>({
  total: units,
  liquidity: units,
  reserve: units,
  in_flight_to_liquidity: units,
  in_flight_to_reserve: units,
  awaiting_to_liquidity: unitsOrZero,
  awaiting_to_reserve: unitsOrZero,
  health_percent: orNull(text),
  share_percent: orNull(text),
  counted: orAbsent(record<Counted>({ liquidity: units, reserve: units, total: units, share_percent: orNull(text) })),
});

const decision = record<Decision>({
  pool_id: text,
  asset: text,
  decided_at: number,
  verdict: oneOf("hold", "move", "wait", "blocked", "escalate"),
  severity: oneOf("normal", "urgent", "emergency"),
  moves: list(
    record<Move>({
      from_wallet: text,
      to_wallet: text,
      direction: oneOf("to_reserve", "to_liquidity", "to_payee", "within"),
      amount: units,
      network: text,
      fee: units,
      fee_max: units,
      lead_time_ms: number,
      lane: orAbsent(laneWord),
      obligation_id: orAbsent(text),
      touches_max: orAbsent(units),
    }),
  ),
  supersedes: list(text),
  reasons: list(
    record<Reason>({ code: reasonCode, rule: text, observed: orNull(text), limit: orNull(text), sentence: text }),
  ),
  counterfactuals: list(text),
  alternatives: list(
    record<Alternative>({
      from_wallet: text,
      to_wallet: text,
      network: text,
      fee: orNull(units),
      rejected_because: text,
    }),
  ),
  levels: orNull(
    record<ResolvedLevels>({
      emergency_low: units,
      low: units,
      target: units,
      high: units,
      emergency_high: units,
      floor: orNull(units),
    }),
  ),
  before: orNull(position),
  after: orNull(position),
});

type LevelKind = Level["kind"];
type LevelOf<K extends LevelKind> = Extract<Level, { readonly kind: K }>;
const levelKinds: Readonly<Record<LevelKind, Codec<Level>>> = {
  percent: record<LevelOf<"percent">>({ kind: oneOf("percent"), share: ratio, text }),
  amount: record<LevelOf<"amount">>({ kind: oneOf("amount"), units, text }),
  value: record<LevelOf<"value">>({ kind: oneOf("value"), value: units, currency: text, text }),
  cover: record<LevelOf<"cover">>({ kind: oneOf("cover"), horizon_ms: orNull(number), quantile_ppm: number, text }),
  max: either(),
  min: either(),
} as Readonly<Record<LevelKind, Codec<Level>>>;

const level: Codec<Level> = {
  encode: (value) => levelKinds[value.kind].encode(value),
  decode: (json, path) => {
    const kind = oneOf(...(Object.keys(levelKinds) as LevelKind[])).decode(membersOf(json, path).kind, `${path}.kind`);
    return levelKinds[kind].decode(json, path);
  },
};

/** Levels inside levels: the codec of the inner ones is asked for when it exists. */
function either(): Codec<LevelOf<"max" | "min">> {
  const inner: Codec<Level> = {
    encode: (value) => level.encode(value),
    decode: (json, path) => level.decode(json, path),
  };
  return record<LevelOf<"max" | "min">>({ kind: oneOf("max", "min"), of: list(inner), text });
}

const policy = record<PoolPolicy>({
  pool_id: text,
  asset: record<PoolPolicy["asset"]>({ id: text, decimals: number }),
  levels: record<Record<LevelName, Level>>({
    emergency_low: level,
    low: level,
    target: level,
    high: level,
    emergency_high: level,
  }),
  floor: orNull(level),
  trigger: oneOf("at", "beyond"),
  return_to: oneOf("target", "edge"),
  move_min: units,
  move_max: units,
  cooldown_ms: number,
  dwell_ms: number,
  fee_max: units,
  fee_max_ppm: number,
  windows: list(record<WindowLimit>({ direction, window_ms: number, amount_max: units, count_max: number })),
  wallet_floors: map(units),
  wallet_caps: map(level),
  fee_patience: orNull(record<FeePatience>({ times_usual: number, wait_ms_max: number })),
  priority: list(text),
  model: orNull(
    record<ModelPolicy>({
      name: oneOf(...MODEL_NAMES),
      mode: oneOf("live", "shadow"),
      refill_cost: units,
      sweep_cost: units,
      exposure_ppm_per_year: number,
      delay_ppm_per_hour: number,
      expedite_cost: orAbsent(units),
    }),
  ),
  obligation_margin_ms: orAbsent(number),
  direct: orAbsent(record<DirectPolicy>({ above: units, declared_ms: number })),
  prestage: orAbsent(flag),
  task: orAbsent(task),
});

/** A JSON object: what `JSON.stringify` and a `jsonb` column take. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const encodeSnapshot = (value: Snapshot): JsonObject => encodeWith(snapshot, value);
/** @throws TidegateError record_malformed */
export const decodeSnapshot = (json: unknown): Snapshot => snapshot.decode(json, "snapshot");

export const encodeDecision = (value: Decision): JsonObject => encodeWith(decision, value);
/** @throws TidegateError record_malformed */
export const decodeDecision = (json: unknown): Decision => decision.decode(json, "decision");

export const encodePolicy = (value: PoolPolicy): JsonObject => encodeWith(policy, value);
/** @throws TidegateError record_malformed */
export const decodePolicy = (json: unknown): PoolPolicy => policy.decode(json, "policy");

function encodeWith<T>(codec: Codec<T>, value: T): JsonObject {
  return membersOf(codec.encode(value), "record");
}
