/** A lending desk for tests: the whole daemon of the sandbox's configuration over venues in memory, with prices that the test sets. */
import { createTestTreasury, type TestQuote, type TestTreasury } from "../api/suite_treasury.ts";
import { insertRows, tables } from "../store/index.ts";
import type { TransferRow } from "../transfers/types.ts";
import type { CreditNoticeRow, FacilityDraft, FacilityRow, Lending, MarginCallRow, NoticeChannel } from "./index.ts";

export const USD = 100n;
export const BTC = 100_000_000n;
const USDT = 1_000_000n;

export interface Desk {
  readonly t: TestTreasury;
  readonly lending: Lending;
  readonly delivered: { readonly id: string; readonly type: string; readonly text: string }[];
  /** Dollars per coin, from the next poll on; all sources. */
  price(dollars: bigint): void;
  /** What one source says instead; null: it is silent. */
  source(id: string, quote: ((asset: string) => TestQuote | null) | null): void;
  /** The source says what it usually says again. */
  sourceBack(id: string): void;
  /** Notices of the channel fail while it is down. */
  channel(up: boolean): void;
  /** The receiver answers when this is over; null: at once. */
  slow(answer: Promise<void> | null): void;
  /** A proposed facility, in BTC unless the draft says otherwise. */
  propose(draft?: Partial<FacilityDraft>): Promise<FacilityRow>;
  /** Proposed, approved by two, and its wallets open. */
  open(draft?: Partial<FacilityDraft>): Promise<FacilityRow>;
  /** Open, with its collateral, and so much drawn. */
  lent(coins: bigint, dollars: bigint, draft?: Partial<FacilityDraft>): Promise<FacilityRow>;
  deposit(facility: FacilityRow, units: bigint, asset?: string): void;
  facility(id: string): Promise<FacilityRow>;
  call(id: string | null): Promise<MarginCallRow>;
  calls(): Promise<readonly MarginCallRow[]>;
  notices(): Promise<readonly CreditNoticeRow[]>;
  /** Everything that waits for people is approved by two of them. */
  approveAll(): Promise<readonly TransferRow[]>;
  /** Cycles, half an hour apart: prices are polled and wallets read in each. */
  hours(count: number): Promise<void>;
  posted(account: string): Promise<bigint>;
  close(): Promise<void>;
}

const POLL_MS = 1_800_000;
/** Parts of a cent. */
const FINE = 1_000_000n;

/**
 * Each source stands a hair apart and moves with every poll, as sources do; the one in the middle says the price, and the sources
 * take turns at it.
 */
function apart(source: string, now: number): bigint {
  const place = (Math.floor(now / POLL_MS) + (source.codePointAt(source.length - 1) ?? 0)) % 3;
  return BigInt(place) - 1n;
}

export const DRAFT: FacilityDraft = {
  ...{ reference: "L-1", customer_id: "acme", currency: "USD", principal: 100_000n * USD },
  ...{ rate_percent: "12", day_count: "actual/360", matures_on: "2026-12-31", opening_fee: 0n, schedule: [] },
  ...{ levels: null, cure_ms: null, reason: "a loan against coins", proposed_by: "person:dora" },
  collateral: [{ asset: "BTC", expected: 0n, return_address: "sandbox:bitcoin:acme", return_memo: null }],
};

export interface DeskOptions {
  readonly channel?: boolean;
  /** An exact scan of everybody this often; as configured when left out. */
  readonly rescan_interval_ms?: number;
}

export async function createDesk(options: DeskOptions = {}): Promise<Desk> {
  let dollars = 90_000n;
  let up = true;
  let waits: Promise<void> | null = null;
  const said = new Map<string, (asset: string) => TestQuote | null>();
  const delivered: { id: string; type: string; text: string }[] = [];
  const channel: NoticeChannel = {
    id: "desk",
    deliver: async ({ id, body }) => {
      if (!up) throw new Error("The channel is down.");
      await waits;
      delivered.push({ id, type: body.type, text: body.text });
    },
  };
  const t = await createTestTreasury({
    prices: (asset, id) => {
      const own = said.get(id);
      if (own !== undefined) return own(asset);
      return { units: (asset === "BTC" ? dollars * USD : USD) * FINE + apart(id, t.clock.now()), per: FINE };
    },
    notice_channels: options.channel === false ? [] : [channel],
    change: (config) => ({
      ...config,
      ...(config.credit === undefined
        ? {}
        : {
            credit: {
              ...config.credit,
              ...(options.rescan_interval_ms === undefined ? {} : { rescan_interval_ms: options.rescan_interval_ms }),
              channels:
                options.channel === false
                  ? []
                  : [{ id: "desk", kind: "webhook" as const, url: "", secret: null, to: null, from: null }],
            },
          }),
    }),
  });
  const { lending } = t.treasury;
  if (lending === null) throw new Error("the sandbox lends");
  const { store } = t.treasury.deps;
  const facility = (id: string): Promise<FacilityRow> =>
    store.read("test", async (tx) => {
      const row = await tx.get(tables.facility, { id });
      if (row === undefined) throw new Error(`no facility ${id}`);
      return row;
    });
  const hours = async (count: number): Promise<void> => {
    for (let done = 0; done < count * 2; done += 1) {
      await t.treasury.cycleOnce();
      await lending.delivered();
      await t.clock.sleep(POLL_MS);
    }
  };
  const propose: Desk["propose"] = (draft = {}) => lending.proposeFacility({ ...DRAFT, ...draft });
  const open: Desk["open"] = async (draft) => {
    const row = await propose(draft);
    for (const person of ["ana", "ben"]) {
      const payload = { object_kind: "facility", object_id: row.id, digest: row.digest, vote: "approve" } as const;
      await lending.voteOnFacility(await t.sign(person, payload));
    }
    await hours(1);
    return facility(row.id);
  };
  const deposit: Desk["deposit"] = ({ id }, units, asset = "BTC") => {
    t.world.flow(`northvault/vault-${id}-${asset}`, units, asset, null, `tx-${id}-${units}`);
  };
  const approveAll: Desk["approveAll"] = async () => {
    const waiting = await store.read("test", (tx) =>
      tx.find(tables.transfer, { where: { state: "awaiting_approval" }, order_by: [["id", "asc"]], limit: 100 }),
    );
    for (const row of waiting) {
      for (const person of ["ana", "ben"]) await t.treasury.castVote(await t.vote(person, row));
    }
    return waiting;
  };
  return {
    ...{ t, lending, delivered, facility, hours, propose, open, deposit, approveAll },
    price: (next) => {
      dollars = next;
      t.world.market = next * USDT;
    },
    source: (id, quote) => {
      if (quote === null) said.set(id, () => null);
      else said.set(id, quote);
    },
    sourceBack: (id) => void said.delete(id),
    channel: (is_up) => {
      up = is_up;
    },
    slow: (answer) => {
      waits = answer;
    },
    lent: async (coins, amount, draft) => {
      const row = await open({ principal: amount * USD, ...draft });
      deposit(row, coins);
      await hours(1);
      await lending.disburse({ facility_id: row.id, amount: amount * USD, reference: "wire-1", source: "person:dora" });
      await hours(1);
      return facility(row.id);
    },
    call: (id) =>
      store.read("test", async (tx) => {
        const row = id === null ? undefined : await tx.get(tables.marginCall, { id });
        if (row === undefined) throw new Error(`no call ${id}`);
        return row;
      }),
    calls: () => store.read("test", (tx) => tx.find(tables.marginCall, { order_by: [["id", "asc"]], limit: 100 })),
    notices: () =>
      store.read("test", (tx) => tx.find(tables.creditNotice, { order_by: [["id", "asc"]], limit: 1_000 })),
    posted: async (id) => (await store.read("test", (tx) => tx.get(tables.account, { id })))?.posted ?? 0n,
    close: () => t.close(),
  };
}

/** So many loans of 100,000 dollars against two coins each, put into the store as they are; their ids. */
export async function loansAlike(desk: Desk, count: number): Promise<readonly string[]> {
  const base = await desk.open({ reference: "FIRST" });
  const { store, clock } = desk.t.treasury.deps;
  const rows = Array.from({ length: count }, (_, at): FacilityRow => {
    const id = `fac_z${String(at).padStart(7, "0")}`;
    return {
      ...{ ...base, id, reference: id, state: "active", principal: 100_000n * USD, updated_at: clock.now() },
      held: { BTC: (2n * BTC).toString() },
    };
  });
  for (let from = 0; from < count; from += 1_000) {
    await store.tx("t", (tx) => tx.writeMany([insertRows(tables.facility, rows.slice(from, from + 1_000))]));
  }
  return rows.map(({ id }) => id);
}
