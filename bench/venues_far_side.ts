/**
 * The far side of the bench of venues, in a process of its own so that its memory and its work are not the daemon's: one local
 * server per venue that answers for all its wallets, and a sender of signed webhooks with repeats and disorder.
 */
import { createHmac } from "node:crypto";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface FloodOrder {
  readonly url: string;
  readonly secret: string;
  readonly per_second: number;
  readonly seconds: number;
  readonly duplicates_ppm: number;
}

export interface FloodCount {
  readonly deliveries: number;
  readonly distinct: number;
  readonly not_answered: number;
  readonly took_ms: number;
}

/** Deliveries are held back by up to so many places: that is the disorder. */
const DISORDER_PLACES = 200;
const SLICE_MS = 50;

function listen(): Promise<string> {
  const body = (account: string): string => JSON.stringify({ account, total: "1000000000", as_of: Date.now() });
  const server = createServer((message, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(body((message.url ?? "/").slice(1)));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

async function flood(order: FloodOrder): Promise<FloodCount> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const distinct = Math.floor((order.per_second * order.seconds * (1_000_000 - order.duplicates_ppm)) / 1_000_000);
  const ids = shuffled(distinct, order.per_second * order.seconds);
  const began = performance.now();
  let not_answered = 0;
  const pending: Promise<void>[] = [];
  for (let next = 0; next < ids.length; ) {
    const due = Math.min(ids.length, Math.ceil(((performance.now() - began) * order.per_second) / 1_000));
    for (; next < due; next += 1) {
      pending.push(
        deliver(order, agent, ids[next] ?? 0).catch(() => {
          not_answered += 1;
        }),
      );
    }
    await sleep(SLICE_MS);
  }
  await Promise.all(pending);
  agent.destroy();
  return { deliveries: ids.length, distinct, not_answered, took_ms: Math.round(performance.now() - began) };
}

/** Every id once, some again, each a little out of its place. */
function shuffled(distinct: number, deliveries: number): number[] {
  const rows = Array.from({ length: deliveries }, (_, at) => ({
    id: at < distinct ? at : (at * 7_919) % distinct,
    place:
      (at < distinct ? (at * deliveries) / distinct : ((at * 7_919) % distinct) * (deliveries / distinct)) +
      Math.random() * DISORDER_PLACES,
  }));
  return rows.sort((a, b) => a.place - b.place).map(({ id }) => id);
}

function deliver({ url, secret }: FloodOrder, agent: Agent, id: number): Promise<void> {
  const body = JSON.stringify({ id: `d${id}`, account: `w${id % 100}` });
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", agent, headers: { "x-signature": signature } }, (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(String(response.statusCode))),
      );
    });
    call.on("error", reject);
    call.end(body);
  });
}

if (process.send !== undefined) {
  process.on("message", (order: { readonly servers: number } | FloodOrder) => {
    void (async () => {
      if ("servers" in order) process.send?.(await Promise.all(Array.from({ length: order.servers }, listen)));
      else process.send?.(await flood(order));
    })();
  });
}
