/**
 * The peer: pgledger, a ledger in PL/pgSQL (MIT licence, github.com/pgr0ss/pgledger), on the same server, with the same accounts
 * and callers. Its SQL is not part of this repository; whoever measures names the files.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Client, Pool } from "pg";
import { measure, type Rate, runSql } from "./ledger_measure.ts";

export interface PeerOptions {
  readonly accounts: number;
  readonly callers: number;
  readonly seconds: number;
  readonly database_url: string;
  readonly pgledger_sql: readonly string[];
}

export interface PeerResult extends Rate {
  readonly connections: number;
  /** The sum of all balances is zero. */
  readonly zero_sum: boolean;
}

/** As many as its own measurement uses; more of them wait for each other's rows. */
const CONNECTIONS_MAX = 20;

export async function benchPgledger(options: PeerOptions): Promise<PeerResult> {
  const { database_url: url, pgledger_sql, callers, seconds } = options;
  const schema = `pgledger_bench_${randomBytes(6).toString("hex")}`;
  await runSql(url, `create schema "${schema}"`);
  const connections = Math.min(callers, CONNECTIONS_MAX);
  const own = new URL(url);
  own.searchParams.set("options", `-c search_path=${schema}`);
  const pool = new Pool({ connectionString: own.href, max: connections });
  try {
    await load(own.href, pgledger_sql);
    const accounts = await makeAccounts(pool, options.accounts);
    const rate = await measure(callers, seconds, () => pool.query(transferBetween(accounts)));
    const { rows } = await pool.query<{ sum: string }>("select sum(balance)::text as sum from pgledger_accounts");
    return { ...rate, connections, zero_sum: Number(rows[0]?.sum) === 0 };
  } finally {
    await pool.end();
    await runSql(url, `drop schema "${schema}" cascade`);
  }
}

async function load(url: string, files: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const file of files) await client.query(readFileSync(file, "utf8"));
  } finally {
    await client.end();
  }
}

async function makeAccounts(pool: Pool, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { rows } = await pool.query<{ id: string }>("select id from pgledger_create_account($1, 'USD')", [
      `bench-${index}`,
    ]);
    ids.push(String(rows[0]?.id));
  }
  return ids;
}

function transferBetween(accounts: readonly string[]) {
  const from = Math.floor(Math.random() * accounts.length);
  const to = (from + 1 + Math.floor(Math.random() * (accounts.length - 1))) % accounts.length;
  const amount = 1 + Math.floor(Math.random() * 1_000);
  const text = "select id from pgledger_create_transfer($1, $2, $3)";
  return { name: "transfer", text, values: [accounts[from], accounts[to], amount] };
}
