/** The command line against a running daemon: data on stdout, messages on stderr, and the exit code of every kind of failure. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApi, startApi } from "../api/index.ts";
import { createTestTreasury, type TestTreasury } from "../api/suite_treasury.ts";
import { witnessKey } from "../audit/index.ts";
import { loadConfig } from "../config/index.ts";
import { StoreError, tables } from "../store/index.ts";
import { ed25519SignerFromFile, ed25519Verifier } from "../system/index.ts";
import type { Composition } from "./composition.ts";
import type { Io } from "./io.ts";
import { grouped } from "./output.ts";
import { runCli } from "./run_cli.ts";

const EXAMPLE = "examples/sandbox/tidegate.yaml";
let test: TestTreasury;
let api: RunningApi;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "tidegate-cli-"));
  test = await createTestTreasury({ hot: 400_000n, cold: 9_600_000n });
  await test.cycles(3);
  api = await startApi(test.deps);
});
afterAll(async () => {
  await api.close();
  await test.close();
  rmSync(dir, { recursive: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Setting {
  readonly env?: Record<string, string>;
  readonly says?: string;
  readonly composition?: Partial<Composition>;
}

async function run(argv: string, setting: Setting = {}): Promise<Ran> {
  let out = "";
  let err = "";
  const io: Io = {
    env: { TIDEGATE_URL: api.url, ...setting.env },
    is_tty: setting.says !== undefined,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    ask: async () => setting.says ?? "",
    untilSignal: async () => "SIGTERM",
  };
  const words = [...argv.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  const code = await runCli(words, { ...composition(), ...setting.composition }, io);
  return { code, out, err };
}

function composition(): Composition {
  const never = () => Promise.reject(new Error("not in this test"));
  return {
    version: "0.1.0",
    sandbox_config: EXAMPLE,
    loadConfig: async (path, options) => loadConfig(path, { overrides: { data_dir: test.data_dir, ...options } }),
    startDaemon: never,
    planOnce: async () => {
      await test.treasury.observeOnce();
      return test.treasury.planNow();
    },
    readLedger: never,
    venueTypes: async () => [{ type: "sandbox", summary: "A local server." }],
    exercise: never,
    inspect: async () => [{ name: "store", ok: true, detail: "in memory" }],
    loadSigner: ed25519SignerFromFile,
    signSafe: never,
    signRejection: never,
    showPsbt: never,
    signPsbt: never,
    startWitness: never,
    verifier: ed25519Verifier,
  };
}

const keyOf = (person: string): string => join(test.data_dir, "keys", `${person}.json`);
const json = <T = Record<string, unknown>>({ out }: Ran): T => JSON.parse(out) as T;

describe("help and usage", () => {
  it("shows examples first", async () => {
    for (const verb of ["plan", "approve", "transfers", "transfers show", "audit verify", "demo", "bench decide"]) {
      const { code, out } = await run(`${verb} --help`);
      expect(code, verb).toBe(0);
      expect(out, verb).toMatch(/^Examples:\n {2}\$ \.\/tidegate /);
    }
    expect((await run("--version")).out).toBe("0.1.0\n");
  });

  it("knows every verb it promises", async () => {
    const { out } = await run("--help");
    for (const verb of "demo run check plan decisions transfers approvals approve deny freeze resume wallets reconcile doctor policy audit simulate stress detect bench".split(
      " ",
    )) {
      expect(out).toMatch(new RegExp(`^ {2}${verb}\\b`, "m"));
    }
    expect(out).toContain("Exit codes: 0 ok");
  });

  it.each([
    ["aprove trf_1", /Did you mean approve/],
    ["plan --jsn", /Did you mean --json/],
    ["approve --key ana.json", /missing required argument/],
    ["freeze", /--reason/],
    ["approve trf_1", /--key/],
    ["demo --port http", /a port is 0 to 65535/],
    ["demo --speed fast", /write it like 1h\/s/],
  ])("%s is a usage error", async (argv, says) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(says);
  });
});

describe("a configuration", () => {
  it("is checked and printed without secrets", async () => {
    const checked = await run(`check -c ${EXAMPLE} --json`);
    expect(checked.code).toBe(0);
    expect(json<{ pools: unknown[] }>(checked).pools[0]).toMatchObject({ levels: { low: "5%" }, floor: "500000 USDT" });
    expect((await run(`policy check -c ${EXAMPLE}`)).out).toContain("emergency_low: 2%");
  });

  it("that is wrong is refused with every problem, its place and exit code 2", async () => {
    const file = join(dir, "wrong.yaml");
    writeFileSync(file, readFileSync(EXAMPLE, "utf8").replace("cooldown: 2h", "cooldwon: 2h"));
    const { code, out, err } = await run(`check -c ${file}`);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/wrong\.yaml:\d+:5: config_unknown_key: Unknown key "cooldwon"\. Did you mean "cooldown"\?/);
    expect((await run(`plan -c ${join(dir, "absent.yaml")} --json`)).err).toMatch(/^\{"code":"config_not_found"/);
  });
});

describe("plan", () => {
  it("says what would be done, as data and for people", async () => {
    const planned = await run(`plan -c ${EXAMPLE} --json`);
    expect(planned.code).toBe(0);
    const { decisions } = json<{ decisions: { pool_id: string; verdict: string; id: null }[] }>(planned);
    expect(decisions).toMatchObject(["usdt", "btc", "gas", "deposits"].map((pool_id) => ({ pool_id, id: null })));
    expect((await run(`plan -c ${EXAMPLE}`)).out).toMatch(/usdt: \w+ \(\w+\)\n/);
    expect(test.world.paid).toEqual([]);
  });

  it("ends with the code of unknown data when no balance is known", async () => {
    const plans = (await test.treasury.planNow()).map((plan) => {
      const reason = { code: "unknown_balance", rule: "wallets", observed: null, limit: null, sentence: "Unknown." };
      const decision = { ...plan.decision, verdict: "blocked", moves: [], reasons: [reason], before: null };
      return { ...plan, decision } as typeof plan;
    });
    const planned = await run(`plan -c ${EXAMPLE}`, { composition: { planOnce: async () => plans } });
    expect(planned).toMatchObject({ code: 5, err: expect.stringContaining("plan_nothing_known") });
    expect(planned.out).toContain("usdt: blocked");
  });

  it("asks the daemon that is named, and needs no configuration for it", async () => {
    const never = { planOnce: () => Promise.reject(new Error("not asked")) };
    const env = { TIDEGATE_URL: "http://127.0.0.1:1" };
    const { code, out } = await run(`plan -c ${join(dir, "absent.yaml")} --url ${api.url} --json`, {
      composition: never,
      env,
    });
    expect([code, json<{ decisions: unknown[] }>({ code, out, err: "" }).decisions.length]).toEqual([0, 4]);
  });

  it("asks the daemon that holds the data directory", async () => {
    const locked = { planOnce: () => Promise.reject(new StoreError("store_locked", "It is in use.")) };
    const { code, out, err } = await run(`plan -c ${EXAMPLE} --json`, { composition: locked });
    expect(err).toContain("asking it");
    expect({ code, decisions: (JSON.parse(out) as { decisions: unknown[] }).decisions.length }).toEqual({
      code: 0,
      decisions: 4,
    });
    const broken = { planOnce: () => Promise.reject(new StoreError("store_corrupt", "It is damaged.")) };
    expect(await run(`plan -c ${EXAMPLE}`, { composition: broken })).toMatchObject({
      code: 1,
      err: "store_corrupt: It is damaged.\n",
    });
  });
});

describe("questions to the daemon", () => {
  it.each([
    ["decisions --pool usdt", /below|refill|Move/],
    ["decisions --verdict move", /move/],
    ["transfers --open", /awaiting_approval/],
    ["transfers list --state awaiting_approval,held", /awaiting_approval/],
    ["approvals", /0 of 2/],
    ["wallets", /hot-usdt +chain +hot +active +200,000\.000000 USDT/],
    ["reconcile", /equal/],
    ["policy show", /2% < 5% < 10% < 15% < 20%/],
    ["policy show", /rule +a wallet that can pay for fewer than \d+ transactions is supplied up to \d+/],
    ["policy show", /rule +an address with [\d.,]+ USDT or more is swept/],
    ["policy show", /to liquidity +at most [\d.,]+ USDT and \d+ moves in 24 h/],
    [`doctor -c ${EXAMPLE}`, /ok {4}daemon +ready at/],
  ])("%s", async (argv, says) => {
    const people = await run(argv);
    expect(people).toMatchObject({ code: 0, err: expect.not.stringContaining("Error") });
    expect(people.out).toMatch(says);
    expect(typeof json(await run(`${argv} --json`))).toBe("object");
  });

  it("shows one transfer and one decision", async () => {
    const { items } = json<{ items: { id: string; decision_id: string }[] }>(await run("transfers --json"));
    const [transfer] = items;
    expect((await run(`transfers show ${transfer?.id}`)).out).toMatch(/approvals +0 of 2/);
    expect(json(await run(`transfers show ${transfer?.id} --json`))).toMatchObject({ transfer: { id: transfer?.id } });
    expect((await run(`decisions show ${transfer?.decision_id}`)).out).toContain("usdt: move");
    expect(await run("transfers show trf_none")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^api_not_found: /),
    });
  });

  it("says when no daemon answers, and where it asked", async () => {
    const { code, err } = await run("wallets --url http://127.0.0.1:1");
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^daemon_unreachable: .*127\.0\.0\.1:1.*\.\/tidegate run/),
    });
    expect((await run("wallets --token file:/nowhere")).code).toBe(2);
  });
});

describe("approve", () => {
  const waiting = async (): Promise<string> => {
    const { items } = json<{ items: { object_id: string }[] }>(await run("approvals --json"));
    return items[0]?.object_id ?? "none";
  };

  it("shows every field of the payload and signs nothing without a yes", async () => {
    const id = await waiting();
    const refused = await run(`approve ${id} --key ${keyOf("ana")}`, { says: "no" });
    expect(refused).toMatchObject({ code: 3, out: "", err: expect.stringContaining("approve_not_confirmed") });
    for (const field of ["amount", "to.address", "network", "fee_max", "policy_digest", "nonce", "digest"]) {
      expect(refused.err).toMatch(new RegExp(`^${field.replace(".", "\\.")} +\\S`, "m"));
    }
    expect(refused.err).toContain("600,000.000000 USDT (600000000000 base units, 6 decimals)");
    expect(await run(`approve ${id} --key ${keyOf("ana")}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining("approve_needs_confirmation"),
    });
  });

  it("refuses a payload that is not what its digest says, and a digest that is not of this transfer", async () => {
    const id = await waiting();
    const approval = (await (await test.request("GET", `/v1/approvals/${id}`)).json()) as Record<string, string>;
    const forged = [
      [{ payload_text: approval.payload_text?.replace("600000000000", "900000000000") }, "approve_digest_mismatch"],
      [{ payload_text: ` ${approval.payload_text}` }, "approve_payload_mismatch"],
      [{ payload_text: "[]" }, "approve_payload_mismatch"],
      [{ object_id: "trf_other" }, "approve_payload_mismatch"],
    ] as const;
    for (const [change, code] of forged) {
      const { createServer } = await import("node:http");
      const server = createServer((_request, response) => response.end(JSON.stringify({ ...approval, ...change })));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
      const ran = await run(`approve ${id} --key ${keyOf("ana")} --yes --url ${url}`);
      server.close();
      expect(ran, code).toMatchObject({ code: 3, err: expect.stringContaining(code) });
    }
  });

  it("takes two people, each once, and then the transfer goes its way", async () => {
    const id = await waiting();
    const first = await run(`approve ${id} --key ${keyOf("ana")} --json`, { says: "yes" });
    expect(json(first)).toMatchObject({ quorum: { state: "pending", approvals: ["ana"] } });
    expect((await run(`approve ${id} --key ${keyOf("ben")} --yes`)).out).toContain("Approved by ben: 2 of 2");
    const again = await run(`approve ${id} --key ${keyOf("ana")} --json`, { says: "yes" });
    expect(json(again)).toMatchObject({ quorum: { state: "complete", approvals: ["ana", "ben"] } });
    await test.cycles(6);
    expect((await run(`transfers show ${id}`)).out).toMatch(/^state +settled/m);
    expect(await run(`approve ${id} --key ${keyOf("chen")} --yes`)).toMatchObject({
      code: 1,
      err: expect.stringContaining("authority_not_open"),
    });
  });

  it("is given in advance to an envelope, and a second time says how it stands now", async () => {
    const until = new Date(test.treasury.deps.clock.now() + 48 * 3_600_000).toISOString();
    const bounds = `--max 1000 --total 3000 --count 3 --until ${until} --reason cover --as chen`;
    const proposed = await run(`envelopes propose --pool usdt --from northvault-usdt --to hot-usdt ${bounds} --json`);
    expect(proposed.code, proposed.err).toBe(0);
    const { object_id } = json(proposed) as { object_id: string };
    const vote = (person: string) => run(`approve ${object_id} --key ${keyOf(person)}`, { says: "yes" });
    expect((await vote("ana")).out).toBe("Approved by ana: 1 of 2; the envelope is open.\n");
    expect((await vote("ben")).out).toBe("Approved by ben: 2 of 2; the envelope is active.\n");
    expect((await vote("ana")).out).toBe("Approved by ana: 2 of 2; the envelope is active.\n");
  });

  it("does not know a stranger's key", async () => {
    const stranger = join(dir, "stranger.key");
    writeFileSync(stranger, "0a".repeat(32), { mode: 0o600 });
    const { items } = json<{ items: { id: string }[] }>(await run("transfers --json"));
    const ran = await run(`deny ${items[0]?.id} --key ${stranger} --yes`);
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining("key_of_nobody") });
  });
});

describe("freeze and resume", () => {
  it("stops at once; starts again with an admin's signature only", async () => {
    expect((await run('freeze --reason "a drill"')).out).toBe("The treasury is frozen.\n");
    expect(await run(`resume --mode advise --key ${keyOf("ben")} --yes`)).toMatchObject({
      code: 3,
      err: expect.stringContaining("authority_wrong_role"),
    });
    const resumed = await run(`resume --mode advise --key ${keyOf("ana")} --yes --json`);
    expect(resumed.err).toMatch(/^frozen_at +2\d{3}-\d\d-\d\dT[\d:.]+Z\nmode +advise\ndigest +[0-9a-f ]+\n/);
    expect(resumed.err).not.toContain("{");
    expect(json(resumed)).toMatchObject({ mode: "advise" });
    expect(await run(`resume --key ${keyOf("ana")} --yes`)).toMatchObject({
      code: 1,
      err: expect.stringContaining("not_frozen"),
    });
  });
});

describe("audit", () => {
  it("exports a log that verifies, and a changed one that does not", async () => {
    const log = await run("audit export");
    const file = join(dir, "audit.jsonl");
    writeFileSync(file, log.out);
    const key = (JSON.parse(log.out.split("\n")[0] ?? "") as { verifier_key: string }).verifier_key;
    const genuine = await run(`audit verify ${file} --key ${key} --json`);
    expect(json(genuine)).toMatchObject({ ok: true });
    expect(genuine.code).toBe(0);
    const stranger = witnessKey("witness.example", "11".repeat(32));
    expect(await run(`audit verify ${file} --key ${key} --witness ${stranger}`)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/cosigned +by 0 of 1, 1 required[\s\S]*witness witness.example +signed nothing of it/),
    });
    expect(await run(`audit verify ${file} --key ${key} --required 1`)).toMatchObject({ code: 2 });
    const checkpoints = log.out.split("\n").filter((line) => line.includes('"record":"checkpoint"'));
    const alone = join(dir, "checkpoint");
    writeFileSync(alone, (JSON.parse(checkpoints.at(-1) ?? "") as { note: string }).note);
    expect(json(await run(`audit verify ${alone} --key ${key} --json`))).toMatchObject({ ok: true, events: 0 });
    expect(await run(`audit verify ${alone}`)).toMatchObject({ code: 2 });
    writeFileSync(file, log.out.replace(/"actor":"person:ana"/, '"actor":"person:eve"'));
    expect(await run(`audit verify ${file} --key ${key}`)).toMatchObject({
      code: 1,
      err: expect.stringContaining("audit_not_genuine"),
    });
    // Every checkpoint signed by nobody, and every event another: many problems of few kinds.
    writeFileSync(file, log.out.replace(/"actor":"/g, '"actor":"not-').replace(/(\\n\\n. [^ ]+ )A/g, "$1B"));
    const verify = `audit verify ${file} --key ${key}`;
    const [brief, whole] = [await run(verify), await run(`${verify} --verbose`)];
    const problems = (out: string): string[] => out.split("\n").filter((line) => line.startsWith("audit_"));
    expect(new Set(problems(brief.out).map((line) => line.split(" ")[0])).size).toBe(problems(brief.out).length);
    expect(problems(whole.out).length).toBeGreaterThan(problems(brief.out).length);
    expect(brief.out).toContain(`${problems(whole.out).length} problems in all; --verbose prints each.`);
    expect(await run(`audit verify ${join(dir, "absent.jsonl")}`)).toMatchObject({ code: 2 });
    expect((await run("audit export --format csv --type Manual")).out).toMatch(/^seq,timestamp,type/);
  });
});

describe("work on this machine", () => {
  it("times decisions with exact integers", async () => {
    const result = json<Record<string, unknown>>(await run("bench decide --wallets 200 --iterations 3 --json"));
    expect(result).toMatchObject({
      wallets: 200,
      iterations: 3,
      verdict: "move",
      moved: expect.stringMatching(/^\d+$/),
    });
  });

  it("runs until it is asked to stop, and stops what it started", async () => {
    const calls: string[] = [];
    const daemon = {
      url: "http://127.0.0.1:8420",
      ready: Promise.resolve(),
      ended: new Promise<void>(() => undefined),
      stop: async () => {
        calls.push("stop");
      },
    };
    const setting = { composition: { startDaemon: async () => daemon } };
    const ran = await run("demo --seed 42 --manual", setting);
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining("http://127.0.0.1:8420") });
    expect(ran.out).toContain("Ready.");
    expect(calls).toEqual(["stop"]);
    const broken = { ...daemon, ended: Promise.reject(new StoreError("store_unavailable", "The database is gone.")) };
    broken.ended.catch(() => undefined);
    const failed = await run(`run -c ${EXAMPLE}`, { composition: { startDaemon: async () => broken } });
    expect(failed).toMatchObject({ code: 1, err: expect.stringContaining("store_unavailable: The database is gone.") });
    expect(calls).toEqual(["stop", "stop"]);
  });

  it("finds what is wrong", async () => {
    const inspect = async () => [{ name: "venue chain", ok: false, detail: "no answer" }];
    const ran = await run(`doctor -c ${EXAMPLE}`, {
      env: { TIDEGATE_URL: "http://127.0.0.1:1" },
      composition: { inspect },
    });
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("doctor_found_problems") });
    expect(ran.out).toMatch(/FAIL {2}venue chain +no answer/);
  });
});

describe("a held transfer", () => {
  it("is resolved with evidence by others than who proposes it", async () => {
    const store = test.treasury.deps.store;
    const first = async () => {
      const query = { where: { pool_id: "usdt" }, order_by: [["id", "asc"]], limit: 1 } as const;
      const [found] = await store.read("test", (tx) => tx.find(tables.transfer, query));
      if (found === undefined) throw new Error("nothing was planned");
      return found;
    };
    // Only of what its venue knows it contradicts that nothing moved; other tests may or may not have sent it before.
    const planned = await first();
    if (planned.state === "awaiting_approval") {
      for (const person of ["ana", "ben"]) await run(`approve ${planned.id} --key ${keyOf(person)} --yes`);
      await test.cycles(6);
    }
    const row = await first();
    expect(row).toMatchObject({ state: "settled", venue_ref: expect.any(String) });
    const patch = { state: "held", note_code: "outcome_unknown", note: "timeout" } as const;
    await store.tx("test", (tx) => tx.update(tables.transfer, { id: row.id }, patch));
    const evidence = '--outcome submitted --venue-ref v-1 --evidence "statement of the venue"';
    const proposed = await run(`transfers resolve ${row.id} ${evidence} --as ana --json`);
    expect(proposed).toMatchObject({ err: "", code: 0 });
    const { object_id } = JSON.parse(proposed.out) as { object_id: string };
    expect((await run("approvals")).out).toContain(object_id);
    expect((await run(`transfers resolve ${row.id} --outcome failed --evidence "x" --as ana`)).err).toContain(
      "resolution_contradicted",
    );
    const key = (person: string): string => join(test.data_dir, "keys", `${person}.json`);
    const approved = await run(`approve ${object_id} --key ${key("ben")} --yes`);
    expect(approved.out).toContain("Approved by ben: 1 of 2");
    expect(approved.err).toContain("statement of the venue");
    const own = await run(`approve ${object_id} --key ${key("ana")} --yes`);
    expect(own.err).toContain("Whoever started it cannot vote on it.");
    expect((await run(`deny ${object_id} --key ${key("chen")} --yes`)).out).toContain("the resolution is denied");
  });
});

describe("ledger", () => {
  const account = "customers/all/USDT";

  it("lists accounts, and prints a statement as a table, JSON and CSV that agree", async () => {
    const accounts = json<{ items: { id: string; balance: { amount: string } }[] }>(
      await run("ledger accounts --json"),
    );
    const balance = accounts.items.find(({ id }) => id === account)?.balance.amount;
    expect(balance).toMatch(/^\d+\.\d{6}$/);
    expect((await run("ledger accounts --kind customers")).out).toContain(grouped(balance ?? ""));
    const view = json<{ closing: { amount: string }; items: unknown[] }>(
      await run(`ledger statement --account ${account} --json`),
    );
    expect(view.closing.amount).toBe(balance);
    expect(view.items.length).toBeGreaterThan(0);
    const lines = (await run(`ledger statement --account ${account} --csv`)).out.split("\r\n");
    expect(lines[0]).toBe("seq,at,kind,ref,memo,debit,credit,balance");
    expect(lines).toHaveLength(view.items.length + 4);
    expect(lines.at(-2)).toMatch(new RegExp(`closing,${account},,,,${balance}$`));
    expect((await run(`ledger statement --account ${account}`)).out).toContain(
      `closing ${grouped(balance ?? "")} USDT`,
    );
  });

  it("shows both sides of every asset", async () => {
    const trial = json<{ balanced: boolean; assets: { asset: string }[] }>(await run("ledger trial-balance --json"));
    expect(trial.balanced).toBe(true);
    const { out } = await run("ledger trial-balance");
    for (const { asset } of trial.assets) expect(out).toContain(`\n${asset}\n`);
    expect(out).toContain("both sides equal");
    expect((await run("ledger trial-balance --at 2000-01-01")).out).toContain("As of 2000-01-01T00:00:00.000Z");
    expect(await run("ledger trial-balance --at yesterday")).toMatchObject({ code: 2, out: "" });
  });

  it("says what is wrong with a time or an account", async () => {
    expect(await run(`ledger statement --account ${account} --from yesterday`)).toMatchObject({ code: 2, out: "" });
    expect(await run(`ledger statement --account ${account} --csv --json`)).toMatchObject({ code: 2, out: "" });
    expect(await run("ledger statement --account wallet/none/USDT")).toMatchObject({ code: 1, out: "" });
  });
});
