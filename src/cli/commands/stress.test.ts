import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestTreasury, type TestTreasury } from "../../api/suite_treasury.ts";
import type { Composition } from "../composition.ts";
import { runCli } from "../run_cli.ts";

let directory = "";
let test: TestTreasury;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tidegate-stress-"));
  test = await createTestTreasury({ hot: 1_000_000n, cold: 9_000_000n });
  await test.treasury.observeOnce();
});
afterAll(async () => {
  await test.close();
  await rm(directory, { recursive: true, force: true });
});

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const text = { out: "", err: "" };
  const io = {
    env: {},
    is_tty: false,
    out: (part: string) => {
      text.out += part;
    },
    err: (part: string) => {
      text.err += part;
    },
    ask: () => Promise.resolve(""),
    untilSignal: () => Promise.resolve("SIGTERM"),
  };
  const composition = {
    version: "0",
    sandbox_config: "the sandbox's",
    loadConfig: () => Promise.resolve(test.config),
    planOnce: () => test.treasury.planNow(),
  } as unknown as Composition;
  return { code: await runCli(argv, composition, io), ...text };
}

describe("stress", () => {
  it("lists the scenarios when none is named", async () => {
    const { out } = await run("stress", "--json");
    expect((JSON.parse(out) as { items: unknown[] }).items).toHaveLength(9);
    expect((await run("stress")).out).toMatch(/^terra-anchor-2022-05 +measured +144 /m);
  });

  it("runs one on the configuration's pools, and says that it is a simulation", async () => {
    const { code, out, err } = await run(
      "stress",
      "--scenario",
      "ftx-2022-11",
      "--monte-carlo",
      "3",
      "--pool",
      "usdt",
      "--json",
    );
    expect([code, err]).toEqual([0, "No -c given: using the sandbox's.\n"]);
    expect(JSON.parse(out)).toMatchObject({
      simulation: true,
      scenario: { id: "ftx-2022-11", curve_kind: "fitted" },
      pools: [{ pool_id: "usdt", approval_hours: 4, asked: { asset: "USDT" }, monte_carlo: { runs: 3 } }],
    });
    const people = await run("stress", "--scenario", "slow-drain", "-c", "mine.yaml");
    expect(people.out).toMatch(/^SIMULATION: .*Nothing was moved/);
    expect(people.out).toContain("longest approval that survives");
  });

  it("runs one of your own, and refuses unknown assets, ids, pools and nonsense", async () => {
    const file = async (scenario: unknown): Promise<string> => {
      const path = join(directory, "own.json");
      await writeFile(path, typeof scenario === "string" ? scenario : JSON.stringify(scenario));
      return path;
    };
    const own = { curve_ppm: [50_000, 90_000], approval_hours: 2, fee_times: 3 };
    const good = await run("stress", "--file", await file(own), "--approval-hours", "6", "--pool", "usdt", "--json");
    expect(JSON.parse(good.out)).toMatchObject({ scenario: { id: "custom" }, pools: [{ approval_hours: 6 }] });
    const shock = { asset: "UST", to_ppm: 200_000, fall_hours: 4 };
    const unknown = await run("stress", "--file", await file({ ...own, price_shock: shock }), "--json");
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('"stress_asset_unknown"')]);
    expect(unknown.err).toContain('moves the price of \\"UST\\"');
    const bad = await run("stress", "--file", await file({ curve_ppm: "all" }));
    expect([bad.code, bad.err]).toEqual([2, expect.stringContaining("stress_scenario_malformed")]);
    expect(bad.err).toContain("curve_ppm: expected array, received string.");
    const wrong = { ...own, approval_hours: -1, stolen_from: "bank", custody_outage: { hours: 4 }, feetimes: 2 };
    const named = await run("stress", "--file", await file({ ...wrong, curve_ppm: [1, "2"] }));
    expect(named.err).toMatch(/curve_ppm\.1: expected number, received string; approval_hours: .*>=0/);
    expect(named.err).toContain("custody_outage.from_hour: expected number, and it is missing");
    expect(named.err).toMatch(/stolen_from: expected one of "liquidity"\|"reserve"; scenario: .*"feetimes"/);
    expect((await run("stress", "--file", await file([1]))).err).toContain("scenario: expected string or object.");
    expect((await run("stress", "--file", await file("{"))).err).toContain("is not JSON");
    expect((await run("stress", "--scenario", "mt-gox")).err).toContain("There is no scenario");
    expect((await run("stress", "--scenario", "slow-drain", "--pool", "doge")).err).toContain(
      'There is no pool "doge"',
    );
    expect((await run("stress", "--scenario", "slow-drain", "--file", "x")).code).toBe(2);
  });
});
