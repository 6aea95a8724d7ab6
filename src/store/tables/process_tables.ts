/** The tables of the processes themselves: small singletons, leases, and requests that were answered. */
import type { Instant } from "../../ports/index.ts";
import type { Json } from "../port.ts";
import { defineTable, int, json, nullable, text, time } from "./columns.ts";

/** Small singletons: mode, cursors, the sealer's frontier. */
export interface ControlRow {
  name: string;
  value: Json;
  version: number;
  updated_at: Instant;
}
export const control = defineTable<ControlRow>({
  name: "control",
  columns: { name: text(), value: json(), version: int(), updated_at: time() },
  key: ["name"],
});

/** One owner of a job at a time; `fence` only grows. */
export interface LeaseRow {
  name: string;
  owner: string;
  until: Instant;
  fence: number;
}
export const lease = defineTable<LeaseRow>({
  name: "lease",
  columns: { name: text(), owner: text(), until: time(), fence: int() },
  key: ["name"],
});

/** First response of every POST that can move money, by key. */
export interface IdempotencyRow {
  key: string;
  route: string;
  body_digest: string;
  status: number | null;
  response: Json | null;
  at: Instant;
}
export const idempotency = defineTable<IdempotencyRow>({
  name: "idempotency",
  columns: {
    key: text(),
    route: text(),
    body_digest: text(),
    status: nullable(int()),
    response: nullable(json<Json>()),
    at: time(),
  },
  key: ["key"],
});
