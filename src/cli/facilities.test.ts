/** Loans on the command line, against a running daemon: terms as people read them, deposits, exchanges, and loans that end early. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Facility, type RunningApi, type Substitution, startApi } from "../api/index.ts";
import { BTC, createDesk, type Desk } from "../lending/suite.ts";
import { ed25519SignerFromFile, ed25519Verifier } from "../system/index.ts";
import type { Composition } from "./composition.ts";
import { runCli } from "./run_cli.ts";

const USDT = 1_000_000n;
let desk: Desk;
let api: RunningApi;
beforeAll(async () => {
  desk = await createDesk();
  const payIn: NonNullable<NonNullable<typeof desk.t.deps.sandbox>["payIn"]> = ({ venue, account, units, tx_hash }) => {
    if (units <= 0n) return false;
    desk.t.world.flow(`${venue}/${account}`, units, "BTC", null, tx_hash);
    return true;
  };
  api = await startApi({ ...desk.t.deps, sandbox: { demoKey: async () => null, payIn } });
});
afterAll(async () => {
  await api.close();
  await desk.close();
});

async function run(argv: string): Promise<{ code: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  const io = {
    ...{
      env: { TIDEGATE_URL: api.url },
      is_tty: false,
      ask: async () => "",
      untilSignal: async () => "SIGTERM" as const,
    },
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
  };
  const words = [...argv.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  const parts = { version: "0.1.0", loadSigner: ed25519SignerFromFile, verifier: ed25519Verifier };
  const code = await runCli(words, parts as unknown as Composition, io);
  return { code, ...said };
}

const done = async (argv: string): Promise<string> => {
  const { code, out, err } = await run(argv);
  expect(code, err).toBe(0);
  return out;
};
const keyOf = (person: string): string => join(desk.t.data_dir, "keys", `${person}.json`);
const TERMS = '--customer acme --principal 1250000 --rate 8.5 --matures 2026-12-31 --reason "new loan" --as chen';
const PLEDGE = "--collateral BTC=sandbox:bitcoin:acme";

describe("the terms of a loan", () => {
  it("are shown in per cent, hours and whole amounts before anybody signs", async () => {
    const out = await done(`facilities propose --reference L-1 ${TERMS} ${PLEDGE}`);
    expect(out).toMatch(/principal\s+1,250,000\.00 USD \(125000000 base units, 2 decimals\)/);
    expect(out).toMatch(/rate\s+8\.5000 % \(/);
    expect(out).toMatch(/levels\.margin_call\s+80\.0000 % \(/);
    expect(out).toMatch(/collateral\.1\.asset\s+BTC/);
    expect(out).toMatch(/collateral\.1\.return_address\s+sandbox:bitcoin:acme/);
    expect(out).toMatch(/collateral\.1\.fee_max\s+0\.\d+ BTC \(\d+ base units, 8 decimals\)/);
    expect(out).toMatch(/cure_ms\s+\d+ hours \(\d+ ms\)/);
  });

  it("end before anything was drawn, by a person and with a reason", async () => {
    const { items } = JSON.parse(await done("facilities --state proposed --json")) as { items: Facility[] };
    const id = items[0]?.object_id ?? "";
    expect(await done(`facilities cancel ${id} --reason "he took another offer"`)).toBe("L-1 is cancelled.\n");
    expect(await done(`facilities cancel ${id} --reason again`)).toBe("L-1 is cancelled.\n");
    const open = await desk.open({ reference: "L-2" });
    expect(await done(`facilities cancel ${open.id} --reason "never funded"`)).toBe("L-2 is cancelled.\n");
    const lent = await desk.lent(2n * BTC, 60_000n, { reference: "L-3" });
    const refused = await run(`facilities cancel ${lent.id} --reason no`);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain("it can no longer be cancelled");
  });
});

describe("a deposit that needs a person", () => {
  it("is listed with the reason, and counts once he says so", async () => {
    const row = await desk.open({ reference: "L-4" });
    desk.deposit(row, 1_000n);
    await desk.hours(1);
    const list = await done(`facilities accept ${row.id} --as ana`);
    expect(list).toContain("0.00001000 BTC");
    expect(list).toContain("it is less than the facility takes at once");
    const [, movement = ""] = /deposit\s+(\S+)/.exec(list) ?? [];
    expect(await done(`facilities show ${row.id}`)).toMatch(/waits for a person\s+0\.00001000 BTC/);
    const missing = await run(`facilities accept ${row.id} --deposit nothing --as ana`);
    expect(missing.code).toBe(2);
    const said = await done(`facilities accept ${row.id} --deposit ${movement} --as ana`);
    expect(said).toBe("0.00001000 BTC is accepted and counts as collateral.\n");
    expect((await desk.facility(row.id)).held.BTC).toBe("1000");
    expect(await done(`facilities accept ${row.id} --as ana`)).toBe("No deposit waits for a person.\n");
  });

  it("shows no per cent where there is no ratio", async () => {
    const out = await done("facilities");
    expect(out).toMatch(/L-4 .*no loan/);
    expect(out).not.toMatch(/no[ _]loan %/);
  });
});

describe("collateral that goes back", () => {
  it("regression: asked for in the same words is one release until it ended, and a new one afterwards", async () => {
    const row = await desk.open({ reference: "L-7" });
    desk.deposit(row, 2n * BTC);
    await desk.hours(1);
    const words = `facilities release ${row.id} --asset BTC --amount all --reason "not wanted" --as chen`;
    const idOf = (said: string): string => /^(trf_\S+) is /.exec(said)?.[1] ?? "";
    const first = idOf(await done(words));
    await desk.hours(1);
    expect(await done(words)).toContain(`${first} is awaiting_approval`);
    await desk.t.treasury.cancelTransfer(first, "person:ana", "not yet");
    await desk.hours(1);
    const second = await done(words);
    expect(idOf(second)).not.toBe(first);
    expect(second).toMatch(/^trf_\S+ is planned: 2\.00000000 BTC to the borrower/);
    await desk.hours(1);
    expect(idOf(await done(words))).toBe(idOf(second));
    await desk.t.treasury.cancelTransfer(idOf(second), "person:ana", "not yet");
    await desk.hours(1);
  });
});

describe("in a sandbox", () => {
  it("collateral is paid in as the customer, each time anew, and only into an open wallet", async () => {
    const row = await desk.open({ reference: "L-6" });
    for (const amount of ["1.5", "1.5"]) {
      const said = await done(`facilities deposit ${row.id} --asset BTC --amount ${amount}`);
      expect(said).toMatch(/^1\.50000000 BTC is on its way to /);
    }
    await desk.hours(2);
    expect((await desk.facility(row.id)).held.BTC).toBe((3n * BTC).toString());
    expect(await done(`facilities show ${row.id}`)).toMatch(
      /3\.00000000 BTC at northvault, .* alone would carry the principal/,
    );
    expect((await run(`facilities deposit ${row.id} --asset ETH --amount 1`)).err).toContain("no open wallet");
    expect((await run(`facilities deposit ${row.id} --asset BTC --amount 0`)).err).toContain("took nothing");
  });
});

describe("an exchange of collateral", () => {
  it("is proposed with both legs, signed by two, waits, and is taken back", async () => {
    const pledge = { expected: 0n, return_memo: null };
    const row = await desk.lent(2n * BTC, 60_000n, {
      reference: "L-5",
      collateral: [
        { ...pledge, asset: "BTC", return_address: "sandbox:bitcoin:acme" },
        { ...pledge, asset: "USDT", return_address: "sandbox:tron:acme" },
      ],
    });
    const legs = '--bring USDT=120000 --release BTC=1.5 --reason "dollars for coins" --as chen';
    expect((await run(`facilities exchange ${row.id} --bring USDT --release BTC=1 --reason x --as chen`)).code).toBe(2);
    const shown = await done(`facilities exchange ${row.id} ${legs}`);
    expect(shown).toMatch(/brings\.units\s+120,000\.000000 USDT/);
    expect(shown).toMatch(/releases\.units\s+1\.50000000 BTC/);
    expect(shown).toMatch(/releases\.return_address\s+sandbox:bitcoin:acme/);
    const [, id = ""] = /approve (sub_\S+)/.exec(shown) ?? [];
    const waiting = await done("approvals");
    expect(waiting).toContain(id);
    expect(waiting).toContain("120,000.000000 USDT");
    for (const person of ["ana", "ben"]) await done(`approve ${id} --key ${keyOf(person)} --yes`);
    expect(await done(`facilities show ${row.id}`)).toMatch(new RegExp(`exchange .*${id} awaiting_collateral`));
    desk.deposit(row, 1_000n * USDT, "USDT");
    await desk.hours(2);
    const path = `${api.url}/v1/substitutions/${id}`;
    const now = (await (await fetch(path)).json()) as Substitution;
    expect(now).toMatchObject({ state: "awaiting_collateral", arrived: { amount: "1000.000000" }, transfer_id: null });
    expect(now.deposit_address).not.toBeNull();
    const ended = await done(`facilities cancel ${id} --reason "the rest never came"`);
    expect(ended).toBe(`${id} is cancelled; nothing is released on it.\n`);
  });

  it("is denied by one", async () => {
    const { items } = JSON.parse(await done("facilities --json")) as { items: Facility[] };
    const loan = items.find(({ reference }) => reference === "L-5")?.object_id ?? "";
    const legs = '--bring USDT=120000 --release BTC=1.5 --reason "once more" --as chen';
    const [, id = ""] = /approve (sub_\S+)/.exec(await done(`facilities exchange ${loan} ${legs}`)) ?? [];
    expect(await done(`deny ${id} --key ${keyOf("ben")} --yes`)).toContain("the exchange is denied");
    expect((await run(`approve ${id} --key ${keyOf("ana")} --yes`)).code).not.toBe(0);
  });
});
