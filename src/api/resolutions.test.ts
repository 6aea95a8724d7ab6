/** A held transfer, resolved over the API by three people with their keys. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tables } from "../store/index.ts";
import type { Problem, Resolution, ResolutionList, Transfer } from "./index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

let test: TestTreasury;
let held: Transfer;

beforeAll(async () => {
  test = await createTestTreasury();
  await test.cycles(2);
  held = await holdOne();
});
afterAll(() => test.close());

const post = async <T>(path: string, body: unknown, key: string, status: number): Promise<T> => {
  const response = await test.request("POST", path, { body, headers: { "idempotency-key": `resolutions-${key}` } });
  expect(response.status).toBe(status);
  return (await response.json()) as T;
};
const get = async <T>(path: string): Promise<T> => (await (await test.request("GET", path)).json()) as T;

async function holdOne(): Promise<Transfer> {
  const pool = test.config.pools[0];
  const body = {
    pool_id: pool?.id,
    from_wallet: pool?.reserve[0],
    to_wallet: pool?.liquidity[0],
    network: pool?.networks[0],
    ...{ amount: "1000", reason: "drill", initiator: "ana" },
  };
  const transfer = await post<Transfer>("/v1/transfers", body, "transfer", 201);
  const patch = { state: "held", note_code: "outcome_unknown", note: "timeout", next_at: null } as const;
  await test.treasury.deps.store.tx("test", (tx) => tx.update(tables.transfer, { id: transfer.id }, patch));
  return transfer;
}

const PROPOSAL = { outcome: "settled", evidence: "Statement of the venue", proposed_by: "ana" };
const AMOUNTS = { amount_received: "999.5", fee: "0.5" };

const vote = async (person: string, { object_id, digest }: Resolution, said: "approve" | "deny", status: number) => {
  const body = await test.sign(person, { object_kind: "resolution", object_id, digest, vote: said });
  return post<Resolution & Problem>(`/v1/resolutions/${object_id}/votes`, body, `${object_id}-${person}`, status);
};

describe("a held transfer over the API", () => {
  it("is resolved by two others, and only with sound amounts", async () => {
    const path = `/v1/transfers/${held.id}/resolutions`;
    expect(await post<Problem>(path, { ...PROPOSAL, proposed_by: "eve" }, "eve", 422)).toMatchObject({
      code: "api_person_unknown",
    });
    expect(await post<Problem>(path, PROPOSAL, "no-amounts", 422)).toMatchObject({ code: "resolution_invalid" });

    const denied = await post<Resolution>(path, { ...PROPOSAL, ...AMOUNTS }, "first", 201);
    expect(denied).toMatchObject({ state: "open", quorum: { needed: 2, approvals: [], eligible: ["ben", "chen"] } });
    expect(await post<Resolution>(path, { ...PROPOSAL, ...AMOUNTS }, "first", 201)).toEqual(denied);
    expect(await vote("ana", denied, "approve", 403)).toMatchObject({ code: "authority_initiator" });
    expect(await vote("ben", denied, "deny", 200)).toMatchObject({ state: "denied" });

    const agreed = await post<Resolution>(path, { ...PROPOSAL, ...AMOUNTS }, "second", 201);
    expect((await get<ResolutionList>("/v1/resolutions")).items).toMatchObject([{ object_id: agreed.object_id }]);
    expect(await get<{ approvals_waiting: number }>("/v1/overview")).toMatchObject({ approvals_waiting: 1 });
    await vote("ben", agreed, "approve", 200);
    expect(await vote("chen", agreed, "approve", 200)).toMatchObject({ quorum: { state: "complete" } });
    await test.cycles(2);
    const { transfer } = await get<{ transfer: Transfer }>(`/v1/transfers/${held.id}`);
    expect(transfer).toMatchObject({ state: "settled", amount_received: { amount: "999.500000" } });
    expect(await get<Resolution>(`/v1/resolutions/${agreed.object_id}`)).toMatchObject({ state: "applied" });
  });
});
