/** A real PostgreSQL for the tests: the one that is named, or one of our own on a free port, durable, gone afterwards. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { findPostgres } from "./postgres_binaries.ts";

export interface PostgresServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A server of the test's own, which it may treat badly. */
export interface OwnPostgres extends PostgresServer {
  /** `kill -9` of the postmaster. Its children see that it is gone and end by themselves. */
  kill(): Promise<void>;
  /** After `kill`: the same data on the same port; ready when this resolves. */
  restart(): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_INTERVAL_MS = 50;
/** A server refuses to start while children of the killed one still use its memory. */
const RESTARTS_MAX = 100;
/** PostgreSQL refuses to run as root; "nobody" exists everywhere. */
const NOBODY = 65534;

/**
 * The server of TIDEGATE_TEST_DATABASE_URL when that is set, else a new one.
 * @throws Error a sentence that says what to install or to start
 */
export async function startPostgres(): Promise<PostgresServer> {
  const named = process.env.TIDEGATE_TEST_DATABASE_URL;
  if (named !== undefined && named !== "") {
    const problem = await tryConnect(named);
    if (problem === null) return { url: named, stop: async () => {} };
    throw new Error(`The database that TIDEGATE_TEST_DATABASE_URL names does not answer: ${problem}`);
  }
  return await startOwnPostgres();
}

/** A new server, whatever TIDEGATE_TEST_DATABASE_URL says. */
export async function startOwnPostgres(base = process.getuid?.() === 0 ? "/tmp" : tmpdir()): Promise<OwnPostgres> {
  // "nobody" must be able to enter; root's own TMPDIR may be closed to it.
  const state = mkdtempSync(join(base, "tidegate-postgres-"));
  chmodSync(state, 0o755);
  const remove = () => rmSync(state, { recursive: true, force: true });
  try {
    const { bin } = findPostgres(state);
    const password = randomBytes(16).toString("hex");
    createCluster(bin, state, password);
    const port = await freePort();
    const url = `postgresql://tidegate:${password}@127.0.0.1:${port}/postgres`;
    let server = run(bin, state, port, remove);
    await untilReady(server, url);
    return {
      url,
      stop: () => stop(server).finally(remove),
      kill: () => {
        server.process.kill("SIGKILL");
        return server.exited;
      },
      restart: async () => {
        for (let attempt = 1; ; attempt += 1) {
          server = run(bin, state, port, remove);
          try {
            return await untilReady(server, url);
          } catch (error) {
            if (attempt === RESTARTS_MAX) throw error;
          }
          await sleep(POLL_INTERVAL_MS);
        }
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** As root the server runs as nobody, and owns its directory. */
function identity(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

function createCluster(bin: string, state: string, password: string): void {
  const { uid, gid } = identity();
  const home = join(state, "cluster");
  const password_file = join(home, "password");
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(password_file, password, { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) for (const path of [home, password_file]) chownSync(path, uid, gid);
  const args = ["-D", join(home, "data"), "-U", "tidegate", "--auth=scram-sha-256", `--pwfile=${password_file}`];
  const done = spawnSync(join(bin, "initdb"), [...args, "--encoding=UTF8", "--locale=C", "--no-sync"], {
    ...identity(),
    cwd: home,
    encoding: "utf8",
    env: {},
  });
  if (done.status !== 0) throw new Error(`initdb failed: ${done.stderr || done.stdout || String(done.error)}`);
  rmSync(password_file);
}

interface Running {
  readonly process: ChildProcess;
  readonly exited: Promise<void>;
  /** The end of what it said. */
  readonly log: () => string;
}

function run(bin: string, state: string, port: number, remove: () => void): Running {
  const home = join(state, "cluster");
  const settings = [
    "fsync=on",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=64MB",
    // A zone that is not UTC, with a crooked offset: no time may depend on it.
    "timezone=Asia/Kathmandu",
  ];
  const args = ["-D", join(home, "data"), "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
  // A file, not a pipe: a pipe that nobody empties for a while would stop the server.
  const log_file = join(home, "log");
  const log = openSync(log_file, "a", 0o600);
  const child = spawn(join(bin, "postgres"), args, { ...identity(), cwd: home, env: {}, stdio: ["ignore", log, log] });
  closeSync(log);
  const kill = () => {
    child.kill("SIGQUIT");
    remove();
  };
  process.once("exit", kill);
  const exited = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  }).then(() => void process.removeListener("exit", kill));
  return { process: child, exited, log: () => readFileSync(log_file, "utf8").slice(-4_000) };
}

async function untilReady(server: Running, url: string): Promise<void> {
  let gone = false;
  void server.exited.then(() => {
    gone = true;
  });
  let problem: string | null = "";
  for (let waited = 0; waited < READY_TIMEOUT_MS; waited += POLL_INTERVAL_MS) {
    problem = await tryConnect(url);
    if (problem === null) return;
    if (gone) throw new Error(`PostgreSQL stopped while starting: ${server.log()}`);
    await sleep(POLL_INTERVAL_MS);
  }
  await stop(server);
  throw new Error(`PostgreSQL was not ready within ${READY_TIMEOUT_MS} ms: ${problem}: ${server.log()}`);
}

/** Null when it answers, else why not; never the password. */
async function tryConnect(url: string): Promise<string | null> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("select 1");
    return null;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` ${String(error.code)}` : "";
    return `${error instanceof Error ? error.message : String(error)}${code}`;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Fast shutdown; what does not stop in time is killed. */
async function stop(server: Running): Promise<void> {
  server.process.kill("SIGINT");
  const late = setTimeout(() => server.process.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await server.exited;
  clearTimeout(late);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
