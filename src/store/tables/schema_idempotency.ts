/** Requests that can move money, remembered; part of `schema.ts`. */
import type { Instant } from "../../ports/index.ts";
import type { Json } from "../port.ts";
import { defineTable, int, json, nullable, text, time } from "./columns.ts";

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
