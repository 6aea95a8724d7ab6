/** Announced flows over the API: once under their reference, by whoever may announce and nobody who may only read. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp, type ExpectedFlow, type ExpectedFlowList, type Problem } from "./index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

let test: TestTreasury;
let wallet_id: string;
beforeAll(async () => {
  test = await createTestTreasury();
  wallet_id = test.config.wallets.find(({ kind, asset }) => kind === "hot" && asset === "USDT")?.id ?? "";
});
afterAll(() => test.close());

const announce = async <T>(body: object, key: string, status: number): Promise<T> => {
  const headers = { "idempotency-key": `expected-flows-${key}` };
  const response = await test.request("POST", "/v1/expected-flows", { body, headers });
  expect(response.status).toBe(status);
  return (await response.json()) as T;
};
const list = async (query = ""): Promise<ExpectedFlow[]> =>
  ((await (await test.request("GET", `/v1/expected-flows${query}`)).json()) as ExpectedFlowList).items;
const body = (amount: string, reference = "w-1") => ({ wallet_id, reference, amount, destination: "TAddress" });

describe("announced flows over the API", () => {
  it("are one under their reference, whatever key it is sent with", async () => {
    const first = await announce<ExpectedFlow>(body("250.5"), "first", 201);
    expect(first).toMatchObject({
      ...{ wallet_id, reference: "w-1", direction: "out", state: "open", destination: "TAddress", movement_id: null },
      amount: { amount: "250.500000", asset: "USDT" },
    });
    expect(await announce<ExpectedFlow>(body("250.5"), "again", 201)).toEqual(first);
    expect((await announce<Problem>(body("251"), "other", 409)).code).toBe("expected_flow_reference_reused");
    expect(await list()).toEqual([first]);
    expect(await list("?reference=w-2")).toEqual([]);
    expect(await list(`?wallet_id=${wallet_id}&state=matched`)).toEqual([]);
  });

  it("are refused for what is no wallet, no amount, or no time", async () => {
    expect((await announce<Problem>({ ...body("1"), wallet_id: "nowhere" }, "wallet", 404)).code).toBe("api_not_found");
    expect((await announce<Problem>(body("0", "w-2"), "amount", 422)).code).toBe("expected_flow_invalid");
    const past = { ...body("1", "w-3"), until: "2020-01-01T00:00:00Z" };
    expect((await announce<Problem>(past, "past", 422)).code).toBe("expected_flow_invalid");
  });

  it("may be announced by a back office, which may ask for no transfer; and by nobody who only reads", async () => {
    const sha256 = (token: string): string => createHash("sha256").update(token).digest("hex");
    const tokens = [
      { sha256: sha256("of-the-office"), person: "ana", roles: ["back_office" as const] },
      { sha256: sha256("of-the-viewer"), person: "ben", roles: ["viewer" as const] },
    ];
    const config = { ...test.config, api: { ...test.config.api, tokens } };
    const app = createApp({ ...test.deps, config });
    const post = (path: string, token: string, content: object) =>
      app.fetch(
        new Request(`http://127.0.0.1${path}`, {
          method: "POST",
          body: JSON.stringify(content),
          headers: {
            ...{ host: "127.0.0.1", authorization: `Bearer ${token}`, "content-type": "application/json" },
            "idempotency-key": `expected-${path}-${token}`.replaceAll("/", "-"),
          },
        }),
      );
    expect((await post("/v1/expected-flows", "of-the-office", body("9", "w-9"))).status).toBe(201);
    expect((await post("/v1/expected-flows", "of-the-viewer", body("9", "w-10"))).status).toBe(403);
    expect((await post("/v1/transfers", "of-the-office", {})).status).toBe(403);
  });
});
