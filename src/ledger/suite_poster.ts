/** One suite for every store: many callers at once leave the same books as one after another. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Ids } from "../ports/index.ts";
import { type Store, tables } from "../store/index.ts";
import { equityAccount, walletAccount } from "./accounts.ts";
import { findFaults } from "./fixtures.ts";
import { placeHold } from "./hold.ts";
import { credit, debit } from "./lines.ts";
import { post } from "./post.ts";
import { createPoster, type Poster } from "./poster.ts";
import type { PostInput } from "./types.ts";

export interface PosterSubject {
  readonly store: Store;
  /** Another process on the same data; the same store where there can be only one. */
  readonly other: Store;
  readonly ids: Ids;
  /** A new asset: its books are empty. */
  asset(): string;
}

type Drawn = {
  readonly key: number;
  readonly from: number;
  readonly to: number;
  readonly amount: bigint;
  readonly fact: boolean;
};

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    key: fc.nat(30),
    from: fc.nat(3),
    to: fc.nat(3),
    amount: fc.bigInt({ min: 1n, max: 90n }),
    fact: fc.boolean(),
  })
  .filter(({ from, to }) => from !== to);

export function posterSuite(subject: () => PosterSubject, runs: number): void {
  const event = (posting: { id: string; at: number }) => ({
    kind: "alert.raised" as const,
    ref: posting.id,
    actor: "daemon",
    at: posting.at,
    payload: { code: "test", severity: "info" as const, message: "posted" },
  });
  const inputOf = (asset: string, { key, from, to, amount, fact }: Drawn): PostInput => ({
    key: `${asset}/${key}`,
    kind: "test",
    ref: "r",
    memo: `${from}-${to}`,
    at: key,
    basis: fact ? "fact" : "intent",
    lines: [debit(walletAccount(`w${to}`, asset), amount), credit(walletAccount(`w${from}`, asset), amount)],
  });
  const open = async (asset: string, count = 4, amount = 100n): Promise<void> => {
    const { store, ids } = subject();
    for (let at = 0; at < count; at += 1) {
      const lines = [debit(walletAccount(`w${at}`, asset), amount), credit(equityAccount(asset), amount)];
      await store.tx("open", (tx) =>
        post(tx, ids, { key: `${asset}/open/${at}`, kind: "opening", ref: "r", memo: "", at: 0, lines }),
      );
    }
  };
  /** Everything about an asset's books but the ids, and the digests, which name the asset. */
  const booksOf = (asset: string) =>
    subject().store.read("books", async (tx) => {
      const accounts = await tx.find(tables.account, { where: { asset }, order_by: [["id", "asc"]], limit: 99 });
      const ids = accounts.map(({ id }) => id);
      const entries = await tx.find(tables.entry, {
        where: { account_id: { in: ids } },
        order_by: [
          ["account_id", "asc"],
          ["seq", "asc"],
        ],
        limit: 9_999,
      });
      const postings = await tx.find(tables.posting, {
        where: { key: { gte: `${asset}/`, lt: `${asset}0` } },
        limit: 9_999,
      });
      const keys = new Map(postings.map(({ id, key }) => [id, key]));
      return JSON.stringify(
        {
          accounts,
          entries: entries.map((entry) => ({ ...entry, posting_id: keys.get(entry.posting_id) })),
          postings: postings
            .map(({ id: _id, digest: _digest, ...rest }) => rest)
            .sort((a, b) => (a.key < b.key ? -1 : 1)),
        },
        (_key, value) => (typeof value === "bigint" ? value.toString() : value),
      ).replaceAll(asset, "ASSET");
    });
  const outcome = (work: Promise<{ replayed: boolean }>): Promise<string> =>
    work.then(
      ({ replayed }) => (replayed ? "replayed" : "posted"),
      (error: { code?: string }) => error.code ?? String(error),
    );

  it("leaves the same rows and gives the same answers as one posting after another", async () => {
    const { store, ids, asset } = subject();
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawn, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (list, batch_max) => {
          const [one, many] = [asset(), asset()];
          await open(one);
          await open(many);
          const alone: string[] = [];
          for (const item of list)
            alone.push(await outcome(store.tx("post", (tx) => post(tx, ids, inputOf(one, item)))));
          const poster = createPoster({ store, ids, batch_max });
          const together = await Promise.all(list.map((item) => outcome(poster.post(inputOf(many, item), event))));
          expect(together).toEqual(alone);
          expect(await booksOf(many)).toBe(await booksOf(one));
          expect(await store.read("faults", findFaults)).toEqual([]);
        },
      ),
      { numRuns: runs },
    );
  });

  it("keeps the books whole when two processes and single postings meet on two hot accounts", async () => {
    const { store, other, ids, asset } = subject();
    const name = asset();
    await open(name, 2, 1_000n);
    const posters = [
      createPoster({ store, ids, batch_max: 7, in_flight: 2 }),
      createPoster({ store: other, ids, batch_max: 5 }),
    ];
    const input = (at: number): PostInput => ({
      ...inputOf(name, { key: at, from: at % 2, to: (at + 1) % 2, amount: BigInt(1 + (at % 9)), fact: false }),
    });
    const caller = async (first: number): Promise<void> => {
      for (let at = first; at < 120; at += 6) {
        if (at % 6 === 5) await store.tx("single", (tx) => post(tx, ids, input(at)));
        else await (posters[at % 2] as Poster).post(input(at), event);
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(caller));
    expect(await store.read("faults", findFaults)).toEqual([]);
    const entries = await store.read("count", (tx) => tx.count(tables.entry, { account_id: `wallet/w0/${name}` }));
    expect(entries).toBe(121);
    // Each posting has its event; the single ones brought none.
    const postings = await store.read("keys", (tx) =>
      tx.find(tables.posting, { where: { kind: "test", key: { gte: `${name}/`, lt: `${name}0` } }, limit: 999 }),
    );
    const events = await store.read("events", (tx) =>
      tx.count(tables.event, { ref: { in: postings.map(({ id }) => id) } }),
    );
    expect([postings.length, events]).toEqual([120, 100]);
  });

  it("harms no neighbour of a bad row: refused, impossible, too large, or not storable", async () => {
    const { store, ids, asset } = subject();
    const name = asset();
    await open(name);
    const poster = createPoster({ store, ids });
    const good = { key: 0, from: 0, to: 1, amount: 5n, fact: false };
    const with_ = (more: Partial<PostInput>, key: number): PostInput => ({
      ...inputOf(name, { ...good, key }),
      ...more,
    });
    const huge = 10n ** 78n;
    const unknown = walletAccount("nobody", name);
    const answers = await Promise.all(
      [
        poster.post(with_({}, 1)),
        poster.post(inputOf(name, { ...good, key: 2, amount: 1_000n })),
        poster.post(with_({ lines: [debit(walletAccount("w1", name), 1n), credit(unknown, 1n)] }, 3)),
        poster.post(with_({ lines: [debit(unknown, huge), credit(equityAccount(name), huge)] }, 4)),
        poster.post(with_({ memo: "nul \u0000" }, 5)),
        poster.post(with_({ lines: [debit(unknown, 1n), credit(equityAccount(name), 2n)] }, 6)),
        poster.post(with_({ releases: ["no-such-hold"] }, 7)),
        poster.post(with_({}, 1)),
        poster.post(with_({ memo: "other" }, 1)),
        poster.post(with_({}, 8)),
      ].map((answer) => outcome(answer)),
    );
    expect(answers).toEqual([
      "posted",
      "ledger_insufficient",
      "ledger_insufficient",
      "ledger_overflow",
      "store_invalid_value",
      expect.stringContaining("does not balance"),
      "ledger_hold_unknown",
      "replayed",
      "ledger_key_reused",
      "posted",
    ]);
    const balance = await store.read("balance", (tx) => tx.get(tables.account, { id: `wallet/w1/${name}` }));
    expect(balance).toMatchObject({ posted: 110n, entry_count: 3 });
    expect(await store.read("faults", findFaults)).toEqual([]);
  });

  it("never refuses from memory: what another process paid in is there", async () => {
    const { store, other, ids, asset } = subject();
    const name = asset();
    await open(name);
    const poster = createPoster({ store, ids });
    await poster.post(inputOf(name, { key: 1, from: 0, to: 1, amount: 100n, fact: false }));
    await other.tx("paid in", (tx) =>
      post(tx, ids, inputOf(name, { key: 2, from: 2, to: 0, amount: 50n, fact: false })),
    );
    await poster.post(inputOf(name, { key: 3, from: 0, to: 1, amount: 50n, fact: false }));
    await expect(poster.post(inputOf(name, { key: 4, from: 0, to: 1, amount: 1n, fact: false }))).rejects.toMatchObject(
      { code: "ledger_insufficient" },
    );
  });

  it("respects holds that were placed meanwhile, and releases those it is told", async () => {
    const { store, other, ids, asset } = subject();
    const name = asset();
    await open(name);
    const poster = createPoster({ store, ids });
    await poster.post(inputOf(name, { key: 1, from: 0, to: 1, amount: 10n, fact: false }));
    const id = `${name}/hold`;
    await other.tx("hold", (tx) =>
      placeHold(tx, { id, account: walletAccount("w0", name), amount: 80n, ref: "r", at: 1 }),
    );
    const spend = inputOf(name, { key: 2, from: 0, to: 1, amount: 20n, fact: false });
    await expect(poster.post(spend)).rejects.toMatchObject({ code: "ledger_insufficient" });
    await poster.post({ ...spend, releases: [id] });
    expect(await store.read("hold", (tx) => tx.get(tables.hold, { id }))).toMatchObject({ state: "posted" });
    expect(await store.read("faults", findFaults)).toEqual([]);
  });
}
