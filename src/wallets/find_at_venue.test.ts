import { describe, expect, it } from "vitest";
import type { EventRow } from "../audit/types.ts";
import type { TreasuryConfig } from "../config/types.ts";
import { MemoryStore, tables } from "../store/index.ts";
import type { CreateWalletOutcome, Venue, VenueAddress } from "../venues/port.ts";
import { attestAddresses, configLines, discoverWallets, type OpenDraft, openWallet } from "./index.ts";

const CONFIG = {
  assets: new Map([["USDT", { id: "USDT", decimals: 6 }]]),
  instruments: ["tron", "ethereum"].map((network) => ({ id: network, asset: "USDT", network, decimals: 6 })),
  wallets: [{ id: "hot", venue: "acme", asset: "USDT", account: "0xdAC17F958D2ee523a2206206994597C13D831ec7" }],
  address_book: [{ wallet: "hot", network: "tron", address: "T-1", memo: null }],
} as unknown as TreasuryConfig;

function setUp(venue: Partial<Venue>) {
  const clock = { now: () => 7, sleep: async () => undefined };
  let count = 0;
  const next = (prefix: string): string => {
    count += 1;
    return `${prefix}_${count}`;
  };
  const store = new MemoryStore({ clock });
  const capabilities = () => ({ networks: ["tron", "ethereum", "bitcoin"] });
  const deps = {
    ...{ config: CONFIG, clock, store, ids: { next } },
    venues: new Map([["acme", { id: "acme", capabilities, ...venue } as unknown as Venue]]),
  };
  const events = (): Promise<EventRow[]> =>
    store.read("test", (tx) => tx.find(tables.event, { order_by: [["id", "asc"]], limit: 10 }));
  return { deps, events };
}

describe("discovery", () => {
  it("tells what the file has, what it has not, and gives the lines of the rest", async () => {
    const listed = [
      { account: "0xdac17f958d2ee523a2206206994597c13d831ec7", asset: "USDT", label: "one" },
      { account: "two", asset: "USDT", label: 'the "second": one' },
      { account: "three", asset: "DOGE", label: "three" },
    ];
    const { deps } = setUp({ listWallets: async () => listed });
    const found = await discoverWallets(deps, "acme");
    expect(found.map(({ wallet_id, lines }) => [wallet_id, lines !== null])).toEqual([
      ["hot", false],
      [null, true],
      [null, false],
    ]);
    await expect(discoverWallets(deps, "nowhere")).rejects.toMatchObject({ code: "wallet_not_found" });
  });

  it("writes lines that YAML reads back as they were meant", async () => {
    const { parse } = await import("yaml");
    const wallet = {
      id: "a",
      venue: "acme",
      asset: "USDT",
      kind: "custody",
      account: 'x: "y" # z',
      label: "- l",
    } as const;
    expect(parse(`wallets:\n${configLines(wallet)}\n`)).toEqual({ wallets: [{ ...wallet, status: "created" }] });
  });
});

describe("opening a wallet", () => {
  const draft: OpenDraft = {
    ...{ venue_id: "acme", wallet_id: "cold", asset: "USDT", network: "tron", label: "Cold" },
    ...{ kind: "custody", actor: "person:ana" },
  };
  const made = { account: "acc-9", asset: "USDT", label: "Cold" };

  it.each<[CreateWalletOutcome, string | null]>([
    [{ outcome: "created", wallet: made }, "acc-9"],
    [{ outcome: "creating", message: "wait" }, null],
    [{ outcome: "rejected", code: "no", message: "not you" }, null],
    [{ outcome: "unknown", message: "no answer" }, null],
  ])("passes on what the venue said, and records it: %j", async (outcome, account) => {
    const asked: string[] = [];
    const createWallet: Venue["createWallet"] = async ({ reference }) => {
      asked.push(reference);
      return outcome;
    };
    const { deps, events } = setUp({ createWallet });
    const opened = await openWallet(deps, draft);
    expect(opened).toMatchObject({ outcome: outcome.outcome, account });
    expect(opened.lines === null).toBe(account === null);
    expect(asked).toEqual(["cold"]);
    expect(await events()).toMatchObject([{ kind: "wallet.opened", actor: "person:ana", payload: { account } }]);
  });

  it("makes no second wallet of a holding that the file has under another id", async () => {
    const wallet = { ...made, account: "0xdac17f958d2ee523a2206206994597c13d831ec7" };
    const { deps, events } = setUp({ createWallet: async () => ({ outcome: "created", wallet }) });
    const opened = await openWallet(deps, draft);
    expect(opened).toMatchObject({ outcome: "rejected", account: null, lines: null });
    expect(opened.message).toContain('which the file has as the wallet "hot"');
    expect(await events()).toMatchObject([{ payload: { outcome: "rejected" } }]);
  });

  it.each(["cold 1", "-cold", "cold/1", "x".repeat(65)])(
    "does not ask the venue for what the file could not name: %s",
    async (wallet_id) => {
      const asked: string[] = [];
      const createWallet: Venue["createWallet"] = async ({ reference }) => {
        asked.push(reference);
        return { outcome: "created", wallet: made };
      };
      const { deps } = setUp({ createWallet });
      await expect(openWallet(deps, { ...draft, wallet_id })).rejects.toMatchObject({
        code: "wallet_proposal_invalid",
      });
      expect(asked).toEqual([]);
    },
  );

  it("is refused for an id that is taken, a network nobody knows, and at a venue that cannot", async () => {
    const { deps } = setUp({});
    await expect(openWallet(deps, { ...draft, wallet_id: "hot" })).rejects.toMatchObject({ code: "wallet_exists" });
    await expect(openWallet(deps, { ...draft, network: "base" })).rejects.toMatchObject({
      code: "wallet_proposal_invalid",
    });
    await expect(openWallet(deps, draft)).rejects.toMatchObject({ code: "wallet_open_unsupported" });
  });
});

describe("addresses", () => {
  const ask = async (answer: VenueAddress | Error, network = "tron") => {
    const getAddress: Venue["getAddress"] = async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return (await attestAddresses(setUp({ getAddress }).deps, "hot")).find((row) => row.network === network);
  };

  it.each<[string, VenueAddress | Error, string, RegExp]>([
    ["the same", { address: "T-1", memo: null }, "equal", /the registered address/],
    ["another", { address: "T-2", memo: null }, "differs", /another address now/],
    ["a memo that the file lacks", { address: "T-1", memo: "77" }, "differs", /memo 77, and the file has none/],
    ["no answer", new Error("The venue does not answer."), "unread", /does not answer/],
  ])("are compared with what the venue names now: %s", async (_name, answer, state, says) => {
    expect(await ask(answer)).toMatchObject({ state, message: expect.stringMatching(says) });
  });

  it("that the file does not register are told as that", async () => {
    expect(await ask({ address: "0x1", memo: null }, "ethereum")).toMatchObject({
      ...{ state: "unregistered", registered: null, at_venue: { address: "0x1", memo: null } },
    });
  });
});
