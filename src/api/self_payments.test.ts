/** A wallet asked to pay itself, through the API: the same people, one transfer for one key, and what is wrong said by its field. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { tables } from "../store/index.ts";
import type { TransferRow } from "../transfers/types.ts";
import type { SelfOffer, SelfWish } from "../venues/port.ts";
import type { ApprovalList, Problem, Transfer, TransferDetail, WalletList } from "./schemas/index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

const PARENT = "ab".repeat(32);
const OFFER: SelfOffer = {
  ...{ network: "tron", coins: 3, touches: 50_000_000_000n, fee: 1_000_000n, fee_rate: "1 sat/vB", held: 9, due: null },
};
const wishes: SelfWish[] = [];
let test: TestTreasury;
let wallets: readonly string[];

beforeAll(async () => {
  test = await createTestTreasury();
  await test.cycles(2);
  const { deps } = test.treasury;
  wallets = deps.config.pools.find(({ id }) => id === "usdt")?.liquidity ?? [];
  for (const venue of deps.venues.values()) {
    const offerSelfPayment = async (_wallet: unknown, wish: SelfWish): Promise<SelfOffer> => {
      wishes.push(wish);
      return OFFER;
    };
    Object.assign(venue, { offerSelfPayment });
  }
});
afterAll(() => test.close());

const ask = (body: Record<string, unknown>, key: string): Promise<Response> =>
  test.request("POST", "/v1/self-payments", { body, headers: { "idempotency-key": key } });
const asked = () => ({ wallet: wallets[0], purpose: "hasten", parent: PARENT, reason: "it waits", initiator: "ana" });

describe("POST /v1/self-payments", () => {
  it("asks the wallet's venue what it would do, and plans a transfer of nothing to itself", async () => {
    const response = await ask(asked(), "self-payment-1");
    expect(response.status).toBe(201);
    const transfer = (await response.json()) as Transfer;
    expect(wishes).toEqual([{ purpose: "hasten", parent: PARENT }]);
    expect(transfer).toMatchObject({
      ...{ direction: "internal", type: "Manual", initiator: "person:ana", amount: { amount: "0.000000" } },
      ...{ fee_max: { amount: "2.000000" }, from: { wallet: wallets[0] }, to: { wallet: wallets[0], address: "" } },
      self: { purpose: "hasten", parent: PARENT, touches_max: { amount: "50000.000000", asset: "USDT" } },
    });
    const again = await ask(asked(), "self-payment-1");
    expect(((await again.json()) as Transfer).id).toBe(transfer.id);
    const detail = (await (await test.request("GET", `/v1/transfers/${transfer.id}`)).json()) as TransferDetail;
    expect(JSON.parse(detail.payload_text)).toMatchObject({ amount: "0", self: { touches_max: "50000000000" } });
  });

  it("is offered for wallets in a pool whose venue can", async () => {
    const items = async () => ((await (await test.request("GET", "/v1/wallets")).json()) as WalletList).items;
    const offered = (await items()).filter(({ pays_itself }) => pays_itself).map(({ id }) => id);
    expect(offered).toContain(wallets[0]);
    expect((await items()).filter(({ pays_itself, pool_id }) => pays_itself && pool_id === null)).toEqual([]);
    Object.assign(test.treasury.deps.venues.get("exchange") ?? {}, { offerSelfPayment: undefined });
    expect((await items()).find(({ venue }) => venue === "exchange")).toMatchObject({ pays_itself: false });
  });

  it("regression: people who are asked read what it takes up, beside an amount of zero", async () => {
    const pool = test.treasury.deps.config.pools.find(({ id }) => id === "usdt");
    const wallet = pool?.reserve[0];
    const response = await ask({ ...asked(), wallet, purpose: "consolidate", parent: undefined }, "self-payment-2");
    const { id } = (await response.json()) as Transfer;
    await test.cycles(1);
    const { items } = (await (await test.request("GET", "/v1/approvals")).json()) as ApprovalList;
    const fields = items.find(({ object_id }) => object_id === id)?.fields ?? [];
    expect(fields.find(({ name }) => name === "self.touches_max")?.value).toBe("50000.000000 USDT");
    expect(fields.find(({ name }) => name === "self.purpose")?.value).toMatch(/small coins/);
    expect(fields.find(({ name }) => name === "to.address")?.value).toMatch(/its own/);
  });

  it.each([
    ["a child of nothing", { parent: undefined }, 422],
    ["small coins with a parent", { purpose: "consolidate" }, 422],
    ["a parent that is no hash", { parent: "zz" }, 422],
    ["a wallet that nobody knows", { wallet: "nowhere" }, 422],
    ["a person that nobody knows", { initiator: "nobody" }, 422],
  ])("refuses %s", async (name, change, status) => {
    const response = await ask({ ...asked(), ...change }, `bad-${name.replaceAll(" ", "-")}`);
    expect(response.status).toBe(status);
    expect((await response.json()) as Problem).toMatchObject({ code: expect.any(String), status });
  });
});

describe("regression: small coins that the daemon would put together", () => {
  let own: TestTreasury;
  afterEach(() => own.close());

  it("are not asked for again for a day once people said no", async () => {
    own = await createTestTreasury();
    const { store, venues, clock } = own.treasury.deps;
    const due = { held_above: 5, rate_below: "2 sat/vB", rate_is_low: true };
    Object.assign(venues.get("northvault") ?? {}, { offerSelfPayment: async () => ({ ...OFFER, due }) });
    const within = (): Promise<TransferRow[]> =>
      store.read("t", (tx) => tx.find(tables.transfer, { where: { direction: "internal" }, limit: 100 }));
    await own.cycles(4);
    const [asked, ...others] = await within();
    if (asked === undefined) throw new Error("nothing was proposed");
    expect([asked.state, others]).toEqual(["awaiting_approval", []]);
    await own.treasury.castVote(await own.vote("ana", asked, "deny"));
    await own.cycles(4);
    expect((await within()).map(({ id, state }) => [id, state])).toEqual([[asked.id, "denied"]]);
    await clock.sleep(24 * 3_600_000);
    await own.cycles(4);
    expect(await within()).toHaveLength(2);
  });
});
