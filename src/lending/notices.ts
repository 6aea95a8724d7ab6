/** Notices to people outside: written with what they tell, one for each channel, and delivered from there, each once. */
import type { Instant } from "../ports/index.ts";
import type { LendingDeps } from "./deps.ts";
import type { CreditNoticeRow, FacilityRow, NoticeBody } from "./types.ts";

/** Rows of a notice for every channel; written in the transaction of what it tells. */
export function noticeRows(
  deps: Pick<LendingDeps, "ids" | "config">,
  row: Pick<FacilityRow, "id" | "reference" | "customer_id" | "call_id">,
  type: string,
  text: string,
  at: Instant,
): CreditNoticeRow[] {
  const { id: facility_id, reference, customer_id, call_id } = row;
  const body: NoticeBody = { type, at, facility_id, reference, customer_id, call_id, text };
  return (deps.config.credit?.channels ?? []).map(({ id: channel_id }) => ({
    ...{ id: deps.ids.next("msg"), facility_id, kind: type, channel_id, state: "queued", body },
    ...{ attempts: 0, next_at: at, created_at: at, delivered_at: null, error: null },
  }));
}
