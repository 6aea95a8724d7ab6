/** What a venue says of itself: wallets, addresses, balances, history; and how it fails to. */
import { expect } from "vitest";
import { accepted, allMovements, answering, type Case, hook, movementsFrom, prepare } from "./case.ts";

export const READS: readonly Case[] = [
  {
    id: "wallets",
    title: "knows its wallets, addresses and networks",
    hooks: [],
    run: async ({ venue, wallet }) => {
      await venue.verify();
      expect((await venue.listWallets()).map((row) => row.account)).toContain(wallet.account);
      const networks = await venue.listNetworks(wallet);
      expect(networks.length).toBeGreaterThan(0);
      for (const network of networks) {
        expect(network.step).toBeGreaterThan(0n);
        expect(network.fee_fixed).toBeGreaterThanOrEqual(0n);
        expect((await venue.getAddress(wallet, network.network)).address).not.toBe("");
      }
    },
  },
  {
    id: "balance",
    title: "gives a balance whose parts add up",
    hooks: [],
    run: async ({ venue, wallet }) => {
      const balance = await venue.getBalance(wallet);
      expect(balance.total).toBe(balance.available + balance.pending_out + balance.locked);
      expect(balance.total).toBeGreaterThan(0n);
      expect(balance.pending_readable).toBe(true);
    },
  },
  {
    id: "stale_balance",
    title: "says how old a balance is when the venue's own view stands still",
    hooks: ["freezeBalance"],
    run: async (harness) => {
      const { venue, wallet, far_side } = harness;
      const before = await venue.getBalance(wallet);
      hook(harness, "freezeBalance")();
      await far_side.settle();
      expect((await venue.getBalance(wallet)).as_of).toBe(before.as_of);
      expect((await venue.getBalance(wallet)).as_of).toBeGreaterThan(before.as_of);
    },
  },
  {
    id: "typed_errors",
    title: "turns refused, limited and broken reads into typed errors",
    hooks: ["answerNext"],
    run: async (harness) => {
      const { venue, wallet } = harness;
      const cases = [
        [401, { message: "no" }, "venue_auth"],
        [500, { message: "broken" }, "venue_transient"],
        [503, "down for maintenance", "venue_transient"],
        [200, { balance: "a lot" }, "venue_invalid"],
      ] as const;
      for (const [status, body, code] of cases) {
        await answering(harness, { status, body }, async () => {
          await expect(venue.getBalance(wallet)).rejects.toMatchObject({ code });
        });
      }
    },
  },
  {
    id: "rate_limited_read",
    title: "says how long a limited read has to wait, where the venue says so",
    hooks: ["answerNext", "rate_limit_body"],
    run: async (harness) => {
      const { venue, wallet } = harness;
      const body = hook(harness, "rate_limit_body");
      await answering(harness, { status: 429, body, retry_after_s: 7 }, async () => {
        const error = { code: "venue_rate_limited", retry_after_ms: 7_000 };
        await expect(venue.getBalance(wallet)).rejects.toMatchObject(error);
      });
      await answering(harness, { status: 429, body }, async () => {
        await expect(venue.getBalance(wallet)).rejects.toMatchObject({ code: "venue_rate_limited" });
      });
    },
  },
  {
    id: "history_ids",
    title: "gives each movement one id, whichever page it is read on",
    hooks: [],
    run: async (harness) => {
      await harness.far_side.settle();
      const all = await allMovements(harness);
      expect(new Set(all.map((row) => row.id)).size).toBe(all.length);
      const first = await harness.venue.listMovements(harness.wallet, null);
      const again = await harness.venue.listMovements(harness.wallet, null);
      expect(again.movements).toEqual(first.movements);
      expect([...first.movements, ...(await movementsFrom(harness, first.cursor))]).toEqual(all);
    },
  },
  {
    id: "history_sum",
    title: "books movements that add up to the balance at its height",
    hooks: [],
    run: async (harness) => {
      const { venue, wallet, far_side } = harness;
      accepted(await venue.submit(await prepare(harness, harness.plan())));
      await far_side.settle();
      const balance = await venue.getBalance(wallet);
      const { height } = balance;
      const until = (await allMovements(harness)).filter(
        (row) => height === null || Number(row.height) <= Number(height),
      );
      const sum = until.reduce(
        (total, row) => total + (row.direction === "in" ? row.amount : -row.amount - row.fee),
        0n,
      );
      expect(sum).toBe(balance.total);
    },
  },
];
