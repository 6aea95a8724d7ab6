/**
 * A venue behind a real line on loopback, for the bench of reactions: balances, movements and submits are HTTP requests, a push
 * is a line on a stream that stays open. It notes when a push is written and when a submit has arrived.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TransferPlan } from "../src/transfers/index.ts";
import type { Venue, VenueMovement } from "../src/venues/port.ts";
import { CAPABILITIES, NETWORK } from "./workflow_desk.ts";

interface Holding {
  total: bigint;
  readonly movements: VenueMovement[];
}

export interface ReactVenue {
  readonly venue: Venue;
  balance(account: string): bigint;
  /** A customer pays in, and the push of it is written; the instant of that, in real milliseconds. */
  payIn(account: string, amount: bigint): number;
  /** Resolves with the instant the next submit has arrived. */
  nextSubmit(): Promise<number>;
  close(): Promise<void>;
}

/** `pays`: which account a submitted plan takes from and gives to is in the plan itself. */
export async function openReactVenue(asset: string, accounts: ReadonlyMap<string, bigint>): Promise<ReactVenue> {
  const holdings = new Map<string, Holding>([...accounts].map(([id, total]) => [id, { total, movements: [] }]));
  const done = new Map<string, TransferPlan>();
  const streams = new Set<ServerResponse>();
  let submitted: (at: number) => void = () => {};

  function move(account: string, direction: "in" | "out", amount: bigint, reference: string | null): void {
    const holding = holdingOf(account);
    holding.total += direction === "in" ? amount : -amount;
    const id = `${account}-${holding.movements.length + 1}`;
    const tx_hash = reference === null ? null : `h-${reference}`;
    const rest = { asset, fee: 0n, reference, tx_hash, counterparty: null, at: Date.now(), height: null, final: true };
    holding.movements.push({ id, direction, amount, ...rest });
  }
  function holdingOf(account: string): Holding {
    const holding = holdings.get(account);
    if (holding === undefined) throw new Error(`no account ${account}`);
    return holding;
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://venue");
    if (url.pathname === "/push") {
      response.write("\n");
      streams.add(response);
      return;
    }
    let body = "";
    request.on("data", (part: Buffer) => {
      body += part.toString();
    });
    request.on("end", () => {
      if (url.pathname === "/submit") {
        submitted(performance.now());
        const { plan } = JSON.parse(body) as { plan: TransferPlan };
        if (!done.has(plan.id)) {
          move(plan.from.wallet, "out", BigInt(plan.amount), plan.id);
          move(plan.to.wallet, "in", BigInt(plan.amount), plan.id);
          done.set(plan.id, plan);
        }
      }
      const { total } = holdings.get(url.searchParams.get("account") ?? "") ?? { total: 0n };
      response.end(JSON.stringify({ total: total.toString() }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path: string, body?: unknown): Promise<{ total: string }> => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    return (await (await fetch(`${base}${path}`, init)).json()) as { total: string };
  };
  const never = async (): Promise<never> => {
    throw new Error("The bench of reactions does not ask this.");
  };

  const venue: Venue = {
    id: "instant",
    capabilities: () => ({ ...CAPABILITIES, list_movements: true, push: true }),
    verify: async () => {},
    listWallets: never,
    cancel: never,
    close: async () => {},
    getAddress: async ({ wallet_id }) => ({ address: `address-of-${wallet_id}`, memo: null }),
    listNetworks: async () => {
      const limits = { minimum: 1n, maximum: null, step: 1n, lead_time_ms: 0 };
      return [{ network: NETWORK, enabled: true, fee_fixed: 0n, fee_ppm: 0, ...limits }];
    },
    getBalance: async ({ account }) => {
      const total = BigInt((await ask(`/balance?account=${account}`)).total);
      const none = { pending_in: 0n, pending_out: 0n, locked: 0n, height: null };
      return { total, available: total, ...none, as_of: Date.now(), pending_readable: true };
    },
    listMovements: async ({ account }, cursor) => {
      await ask(`/movements?account=${account}`);
      const { movements } = holdingOf(account);
      const from = Number(cursor ?? "0");
      return { movements: movements.slice(from), cursor: String(movements.length), has_more: false };
    },
    prepare: async (plan) => ({ reference: plan.id, body: { plan: { ...plan } }, tx_hash: null, prepared_at: 0 }),
    decode: ({ reference, body }) => {
      const { plan } = body as { plan: TransferPlan };
      const { network, amount, fee_max, to, from } = plan;
      const base = { from_account: from.wallet, to_address: to.address, to_memo: to.memo, asset, network, reference };
      return { ...base, amount: BigInt(amount), fee_max: BigInt(fee_max) };
    },
    submit: async ({ reference, body }) => {
      await ask("/submit", body);
      return { outcome: "accepted", venue_ref: `v-${reference}`, tx_hash: `h-${reference}`, stage: "accepted" };
    },
    find: async ({ reference }) => {
      const plan = done.get(reference);
      if (plan === undefined) return { outcome: "absent", as_of: Date.now() };
      const amount = BigInt(plan.amount);
      const identity = {
        venue_ref: `v-${reference}`,
        reference,
        tx_hash: `h-${reference}`,
        to_address: plan.to.address,
      };
      const end = { stage: "final", status: "succeeded", final: true, raw_status: "DONE" } as const;
      const counts = { confirmations: 1, confirmations_needed: 1 };
      return {
        outcome: "found",
        transfer: { ...identity, ...end, ...counts, asset, amount, amount_received: amount, fee: 0n },
      };
    },
    subscribe: (hint) => {
      const over = new AbortController();
      void listen(`${base}/push`, over.signal, hint);
      return () => over.abort();
    },
  };

  return {
    venue,
    balance: (account) => holdingOf(account).total,
    payIn: (account, amount) => {
      move(account, "in", amount, null);
      const at = performance.now();
      for (const stream of streams) stream.write(`${account}\n`);
      return at;
    },
    nextSubmit: () =>
      new Promise((resolve) => {
        submitted = resolve;
      }),
    close: async () => {
      for (const stream of streams) stream.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(url: string, signal: AbortSignal, hint: (account: string | null) => void): Promise<void> {
  try {
    const { body } = await fetch(url, { signal });
    for await (const part of body ?? []) {
      for (const account of Buffer.from(part).toString().split("\n")) if (account !== "") hint(account);
    }
  } catch {
    // The bench is over: the stream was cut.
  }
}
