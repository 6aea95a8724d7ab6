import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { aPolicy, aPool, aPrice, aTransfer, NOW, USD, USDT, usdt } from "./fixtures.ts";
import {
  decodeDecision,
  decodePolicy,
  decodeSnapshot,
  encodeDecision,
  encodePolicy,
  encodeSnapshot,
  parseLevel,
  policyDigest,
  type Snapshot,
} from "./index.ts";

const through = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const FULL: Snapshot = {
  ...aPool("50000", "950000", "1"),
  open_transfers: [aTransfer("vault", "hot", { amount: 7n, supersedable: true })],
  price: aPrice({ price: { num: 10n ** 40n + 1n, den: 3n } }),
  forecast: {
    as_of: NOW,
    observed_hours: 200,
    needed_hours: 168,
    lead_time_ms: 1,
    covers: [{ horizon_ms: null, quantile_ppm: 990_000, units: 10n ** 30n + 7n }],
    model: {
      name: "hybrid",
      low: 1n,
      target: 2n,
      high: 10n ** 30n,
      sweep_to: 3n,
      may_sweep: false,
      because: ["a run"],
    },
  },
  history: {
    last_to_reserve_at: NOW,
    last_to_liquidity_at: null,
    outside_since: NOW - 1,
    outside: "low",
    moves: [{ at: NOW, direction: "to_reserve", amount: 10n ** 30n + 1n }],
  },
};
const value = parseLevel("60000 USD", { asset: USDT, currency: USD });
const POLICY = aPolicy({
  levels: {
    ...aPolicy().levels,
    low: value,
    high: parseLevel("max(15%, cover lead time at p99)", { asset: USDT, currency: USD }),
  },
  floor: { kind: "amount", units: usdt("5"), text: "5 USDT" },
  windows: [{ direction: "to_liquidity", window_ms: 1, amount_max: 5n, count_max: 1 }],
  wallet_floors: { vault: 10n ** 25n },
  model: {
    name: "hybrid",
    mode: "shadow",
    refill_cost: 155n,
    sweep_cost: 5n,
    exposure_ppm_per_year: 20_000,
    delay_ppm_per_hour: 1_000,
  },
});

describe("codec", () => {
  it("brings snapshots, policies and decisions through JSON without loss", () => {
    expect(decodeSnapshot(through(encodeSnapshot(FULL)))).toEqual(FULL);
    expect(decodePolicy(through(encodePolicy(POLICY)))).toEqual(POLICY);
    const decision = decide(FULL, POLICY, NOW);
    expect(decodeDecision(through(encodeDecision(decision)))).toEqual(decision);
  });

  it("reads a snapshot of a version that knew no forecast", () => {
    const { forecast: _, ...older } = encodeSnapshot(aPool("50000", "950000")) as Record<string, unknown>;
    expect(decodeSnapshot(through(older))).toEqual(aPool("50000", "950000"));
  });

  it("writes amounts as decimal strings, however large", () => {
    const text = JSON.stringify(encodeSnapshot(FULL));
    expect(text).toContain('"amount":"1000000000000000000000000000001"');
    expect(text).toContain('"available":"50000000000"');
    expect(text).not.toMatch(/"(?:amount|available|total|reserved|fee_fixed)":\d/);
  });

  const damaged: readonly [string, (json: Record<string, unknown>) => unknown][] = [
    ["snapshot.decimals", (json) => ({ ...json, decimals: "6" })],
    ["snapshot.mode", (json) => ({ ...json, mode: "autopilot" })],
    ["snapshot.wallets", (json) => ({ ...json, wallets: null })],
    ["snapshot.wallets.0", (json) => ({ ...json, wallets: [7] })],
    ["snapshot.wallets.0.wallet_id", (json) => ({ ...json, wallets: [{}] })],
    ["snapshot.pool_id", () => ({})],
    ["snapshot", () => []],
    ["snapshot", () => null],
    ["snapshot.routes.0.fee_fixed", (json) => withRoute(json, { fee_fixed: 5 })],
    ["snapshot.routes.0.fee_fixed", (json) => withRoute(json, { fee_fixed: "5.0" })],
    ["snapshot.routes.0.fee_fixed", (json) => withRoute(json, { fee_fixed: "0x5" })],
    ["snapshot.routes.0.fee_fixed", (json) => withRoute(json, { fee_fixed: "" })],
    ["snapshot.routes.0.fee_ppm", (json) => withRoute(json, { fee_ppm: null })],
    ["snapshot.routes.0.enabled", (json) => withRoute(json, { enabled: 1 })],
  ];

  it.each(damaged)("refuses a damaged record and names %s", (path, damage) => {
    const json = encodeSnapshot(FULL);
    expect(() => decodeSnapshot(damage(json))).toThrow(`${path} in a stored record is not`);
  });

  function withRoute(json: Record<string, unknown>, over: Record<string, unknown>): unknown {
    const [first, ...rest] = json.routes as Record<string, unknown>[];
    return { ...json, routes: [{ ...first, ...over }, ...rest] };
  }
});

describe("policyDigest", () => {
  it("is the same for equal policies, whatever the order of their members", () => {
    const reversed = Object.fromEntries(Object.entries(POLICY).reverse()) as unknown as typeof POLICY;
    expect(policyDigest(reversed)).toBe(policyDigest(POLICY));
    expect(policyDigest(decodePolicy(through(encodePolicy(POLICY))))).toBe(policyDigest(POLICY));
    expect(policyDigest(POLICY)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("changes with every single field", () => {
    const changes: Partial<typeof POLICY>[] = [
      { pool_id: "other" },
      { asset: { id: "USDT", decimals: 7 } },
      { levels: aPolicy().levels },
      { floor: null },
      { trigger: "beyond" },
      { return_to: "edge" },
      { move_min: POLICY.move_min + 1n },
      { move_max: POLICY.move_max + 1n },
      { cooldown_ms: 1 },
      { dwell_ms: 1 },
      { fee_max: POLICY.fee_max + 1n },
      { fee_max_ppm: 1 },
      { windows: [] },
      { wallet_floors: {} },
      { wallet_caps: { vault: aPolicy().levels.high } },
      { fee_patience: { times_usual: 3, wait_ms_max: 1 } },
      { priority: ["vault"] },
      { model: null },
    ];
    expect(changes.flatMap((change) => Object.keys(change)).sort()).toEqual(Object.keys(POLICY).sort());
    const digests = changes.map((change) => policyDigest({ ...POLICY, ...change }));
    expect(new Set([...digests, policyDigest(POLICY)]).size).toBe(changes.length + 1);
  });
});
