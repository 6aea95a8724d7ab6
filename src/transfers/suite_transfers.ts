/** For tests: a treasury of three wallets in memory, a clock that stands still, and venues that answer what they are told. */
import { createHash } from "node:crypto";
import type { EventRow } from "../audit/index.ts";
import { signedBytes, voteMessage } from "../authority/index.ts";
import type { AuthorityPolicy, SignedVote, Vote, VotePayload } from "../authority/types.ts";
import type { TreasuryConfig, WalletConfig } from "../config/types.ts";
import { bookOpening, type WalletBalance, walletBalance } from "../ledger/index.ts";
import { percent } from "../money/index.ts";
import { type Mode, type PoolPolicy, policyDigest, type WalletKind } from "../policy/index.ts";
import type { Notice } from "../ports/index.ts";
import { MemoryStore, type Tx, tables } from "../store/index.ts";
import type {
  CancelOutcome,
  DecodedEffect,
  FindOutcome,
  SubmitOutcome,
  Venue,
  VenueCapabilities,
  VenueTransfer,
} from "../venues/port.ts";
import type { TransferDeps } from "./context.ts";
import {
  MODE_CONTROL,
  type PreparedSubmit,
  planTransfer,
  type SigningRequest,
  type TransferDraft,
  type TransferPlan,
  type TransferRow,
  workTransfer,
} from "./index.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const START = 1_767_571_200_000;
export const OPENING = 1_000_000n;
const DAY = 24 * HOUR;

const asset = { id: "USDT", decimals: 6 };
const level = (text: string) => ({ kind: "percent", share: percent(text), text }) as const;
const policy: PoolPolicy = {
  pool_id: "usdt",
  asset,
  levels: {
    emergency_low: level("2"),
    low: level("5"),
    target: level("10"),
    high: level("15"),
    emergency_high: level("20"),
  },
  floor: null,
  trigger: "at",
  return_to: "target",
  move_min: 1n,
  move_max: 500_000n,
  cooldown_ms: 0,
  dwell_ms: 0,
  fee_max: 100n,
  fee_max_ppm: 1_000_000,
  windows: [{ direction: "to_liquidity", window_ms: DAY, amount_max: 600_000n, count_max: 3 }],
  wallet_floors: { vault: 50_000n },
  priority: [],
  wallet_caps: {},
  fee_patience: null,
  model: null,
};

const wallet = (id: string, kind: WalletKind): WalletConfig => ({
  id,
  venue: `${id}-venue`,
  asset: "USDT",
  kind,
  status: "active",
  account: `${id}-account`,
  label: id,
  poll_interval_ms: MINUTE,
  stale_after_ms: HOUR,
});

const PEOPLE = ["ana", "ben", "chen"];
const authority: AuthorityPolicy = {
  people: PEOPLE.map((id) => ({
    id,
    name: id,
    roles: ["approver"],
    keys: [
      { key_id: `${id}-key`, scheme: "ed25519", public_key: `${id}-public` },
      { key_id: `${id}-owner-key`, scheme: "eip712_safe", public_key: `${id}-owner` },
    ],
  })),
  tiers: [{ asset: "*", direction: "reserve_to_liquidity", from_amount: 0n, approvals_needed: 2, roles: ["approver"] }],
  approval_lifetime_ms: DAY,
};

function testConfig(): TreasuryConfig {
  const wallets = [wallet("hot", "hot"), wallet("vault", "custody"), wallet("cellar", "custody")];
  return {
    name: "Test",
    mode: "auto",
    currency: { id: "USD", decimals: 2 },
    assets: new Map([[asset.id, asset]]),
    instruments: [{ id: "usdt-tron", asset: "USDT", network: "tron", contract: null, decimals: 6 }],
    venues: wallets.map(({ venue }) => ({ id: venue, type: "test", options: {} })),
    wallets,
    pools: [
      {
        id: "usdt",
        asset: "USDT",
        liquidity: ["hot"],
        reserve: ["vault", "cellar"],
        networks: ["tron"],
        payees: ["acme"],
        policy: structuredClone(policy),
        policy_digest: policyDigest(policy),
      },
    ],
    payees: [{ ...wallet("acme", "deposit"), venue: "external" }],
    address_book: [...wallets.map(({ id }) => id), "acme"].map((id) => ({
      ...{ wallet: id, network: "tron", address: `address-of-${id}`, memo: null },
    })),
    // Of this desk alone: tests change it, and share a process with other files.
    authority: structuredClone(authority),
    prices: { sources: [], policy: { quorum: 2, max_age_ms: HOUR, outlier_ppm: 1 }, poll_interval_ms: HOUR },
    store: {
      engine: "memory",
      data_dir: "",
      database_url: null,
      retention: { idempotency_ms: DAY, decisions_ms: DAY },
    },
    audit: { witnesses: [], trusted_checkpoint: null },
    api: { host: "127.0.0.1", port: 0, tokens: [] },
    reconciliation: { tolerances: new Map(), full_interval_ms: 86_400_000 },
    sandbox: null,
    base_dir: "",
  };
}

/** What the venues of a test say next; a function sees the transfer as it stands in the store at that moment. */
export interface Script {
  capabilities: Partial<VenueCapabilities>;
  submit: () => SubmitOutcome | Promise<SubmitOutcome>;
  find: () => FindOutcome;
  decode: Partial<DecodedEffect>;
  prepare: () => void;
  /** Fields of what is prepared, and what its bytes use up. */
  prepared: Partial<PreparedSubmit>;
  exclusive?: (prepared: PreparedSubmit) => string | undefined;
  /** What takes the place of a request that is stuck; absent: nothing can be replaced. */
  replace?: (prepared: PreparedSubmit) => PreparedSubmit | Promise<PreparedSubmit>;
  cancel: () => CancelOutcome | Promise<CancelOutcome>;
}

export interface Desk {
  readonly deps: TransferDeps;
  readonly config: TreasuryConfig;
  readonly store: MemoryStore;
  readonly script: Script;
  /** Bodies sent, in order, and references asked to be cancelled. */
  readonly sent: unknown[];
  readonly cancelled: string[];
  readonly notices: Notice[];
  now: number;
  /** Deps of another process on the same store. */
  another(instance_id: string): TransferDeps;
  plan(draft?: Partial<TransferDraft>): Promise<TransferRow>;
  /** Works on it until it waits or ends. */
  work(id: string): Promise<TransferRow>;
  /** Lets `ms` pass and works on it again. */
  later(id: string, ms: number): Promise<TransferRow>;
  row(id: string): Promise<TransferRow>;
  wallet(id: string): Promise<WalletBalance>;
  setMode(mode: Mode): Promise<void>;
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  events(id: string): Promise<EventRow[]>;
  vote(person: string, row: TransferRow, vote?: Vote): SignedVote;
}

export const ACCEPTED: SubmitOutcome = {
  outcome: "accepted",
  venue_ref: "venue-1",
  tx_hash: "hash-1",
  stage: "accepted",
};
export const UNKNOWN: SubmitOutcome = { outcome: "unknown", message: "timeout" };

export async function openDesk(): Promise<Desk> {
  const config = testConfig();
  const script: Script = {
    capabilities: {},
    submit: () => ACCEPTED,
    find: () => ({ outcome: "absent", as_of: desk.now }),
    decode: {},
    prepare: () => {},
    prepared: {},
    cancel: () => ({ outcome: "cancelled" }),
  };
  const clock = { now: () => desk.now, sleep: async () => {} };
  const store = new MemoryStore({ clock });
  const sent: unknown[] = [];
  const cancelled: string[] = [];
  const notices: Notice[] = [];
  const venues = new Map(
    config.wallets.map(({ venue, account }) => [venue, testVenue(venue, account, script, sent, cancelled)]),
  );
  let ids = 0;
  const nextId = (prefix: string): string => {
    ids += 1;
    return `${prefix}_${String(ids).padStart(6, "0")}`;
  };
  const another = (instance_id: string): TransferDeps => ({
    config,
    clock,
    ids: { next: nextId },
    random: { next: () => 0 },
    store,
    venues,
    verifier: async ({ public_key, message, signature }) => signature === sign(public_key, message),
    notifier: { notify: (notice) => notices.push(notice) },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    instance_id,
  });
  const deps = another("one");
  const tx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => store.tx("test", work);
  const desk: Desk = {
    deps,
    config,
    store,
    script,
    sent,
    cancelled,
    notices,
    now: START,
    another,
    plan: (draft) => tx((open) => planTransfer(open, deps, { ...DRAFT, id: deps.ids.next("trf"), ...draft })),
    work: async (id) => {
      await workTransfer(deps, id);
      return desk.row(id);
    },
    later: async (id, ms) => {
      desk.now += ms;
      return desk.work(id);
    },
    row: async (id) => {
      const row = await tx((open) => open.get(tables.transfer, { id }));
      if (row === undefined) throw new Error(`no transfer ${id}`);
      return row;
    },
    wallet: (id) => tx((open) => walletBalance(open, id, "USDT")),
    setMode: (mode) =>
      tx(async (open) => {
        const value = { mode, since: desk.now, actor: "test", reason: "test", configured: "auto" };
        await open.upsert(tables.control, { name: MODE_CONTROL, value, version: 1, updated_at: desk.now });
      }),
    tx,
    events: (id) =>
      tx((open) => open.find(tables.event, { where: { ref: id }, order_by: [["id", "asc"]], limit: 1_000 })),
    vote: (person, row, vote = "approve") => {
      const payload = { object_kind: "transfer", object_id: row.id, digest: row.digest, vote } as const;
      return signed(person, payload);
    },
  };
  await desk.setMode("auto");
  for (const { id } of config.wallets) await openWallet(desk, id);
  return desk;
}

/** Out of the hot wallet into the vault: needs nobody's approval. */
export const DRAFT: TransferDraft = {
  id: "trf_0",
  pool_id: "usdt",
  from_wallet: "hot",
  to_wallet: "vault",
  network: "tron",
  amount: 1_000n,
  fee_max: 10n,
  cause: "auto_pilot",
  reason: "test",
  decision_id: null,
  initiator: "daemon",
};
/** Out of the vault into the hot wallet: needs two of three. */
export const REFILL = { from_wallet: "vault", to_wallet: "hot" } as const;

/** What a venue says of exactly this transfer. */
export function found(row: TransferRow, more: Partial<VenueTransfer> = {}): FindOutcome {
  return {
    outcome: "found",
    transfer: {
      venue_ref: "venue-1",
      reference: row.reference,
      tx_hash: "hash-1",
      stage: "confirming",
      status: "pending",
      final: false,
      to_address: row.plan.to.address,
      asset: row.asset,
      amount: row.amount,
      amount_received: null,
      fee: null,
      confirmations: 1,
      confirmations_needed: 3,
      raw_status: "CONFIRMING",
      ...more,
    },
  };
}

export async function setBalance(
  desk: Desk,
  wallet_id: string,
  more: { as_of?: number; pending_readable?: boolean } = {},
) {
  const { as_of = desk.now, pending_readable = true } = more;
  const { posted } = await desk.wallet(wallet_id);
  await desk.tx((tx) =>
    tx.upsert(tables.balance, {
      wallet_id,
      venue_id: `${wallet_id}-venue`,
      asset: "USDT",
      total: posted,
      available: posted,
      pending_in: 0n,
      pending_out: 0n,
      locked: 0n,
      as_of,
      height: null,
      pending_readable,
      received_at: desk.now,
      source: "poll",
      error: null,
      movement_cursor: null,
    }),
  );
}

async function openWallet(desk: Desk, wallet_id: string): Promise<void> {
  const opening = { wallet_id, asset: "USDT", amount: OPENING, owner: "customers", at: START } as const;
  await desk.tx((tx) => bookOpening(tx, desk.deps.ids, opening));
  await setBalance(desk, wallet_id);
}

function testVenue(id: string, account: string, script: Script, sent: unknown[], cancelled: string[]): Venue {
  const capabilities: VenueCapabilities = {
    idempotency: { kind: "key", lifetime_ms: 4 * HOUR, on_reuse: "replay" },
    lookup_by_reference: true,
    consistency_window_ms: 10 * MINUTE,
    list_movements: true,
    cancel: true,
    push: false,
    webhooks: false,
    approval_stage: false,
    signing: "digest",
    finality: "test",
    networks: ["tron"],
  };
  const nothing = async (): Promise<never> => {
    throw new Error("not asked in these tests");
  };
  return {
    id,
    capabilities: () => ({ ...capabilities, ...script.capabilities }),
    verify: nothing,
    listWallets: nothing,
    getBalance: nothing,
    getAddress: nothing,
    listNetworks: nothing,
    listMovements: nothing,
    prepare: async (plan) => {
      script.prepare();
      return { reference: plan.id, body: { plan }, tx_hash: null, prepared_at: 0, ...script.prepared };
    },
    prepareReplacement: async (_plan, prepared) => {
      if (script.replace === undefined) throw new Error("nothing is replaced in this test");
      return script.replace(prepared);
    },
    decode: (prepared) => {
      const { reference } = prepared;
      const { plan } = prepared.body as { plan: TransferPlan };
      const exclusive = script.exclusive?.(prepared);
      const { asset: asset_id, network, amount, fee_max, to } = plan;
      return {
        from_account: account,
        to_address: to.address,
        to_memo: to.memo,
        asset: asset_id,
        network,
        amount: BigInt(amount),
        fee_max: BigInt(fee_max),
        reference,
        ...(exclusive === undefined ? {} : { exclusive }),
        ...script.decode,
      };
    },
    submit: async (prepared) => {
      sent.push(prepared);
      return script.submit();
    },
    find: async () => script.find(),
    cancel: async (venue_ref) => {
      cancelled.push(venue_ref);
      return script.cancel();
    },
    close: async () => {},
  };
}

/** Any vote of a person of the test's policy. */
export function signed(person: string, payload: VotePayload): SignedVote {
  const signature = sign(`${person}-public`, voteMessage(payload));
  return { payload, person_id: person, key_id: `${person}-key`, scheme: "ed25519", signature };
}

/** An owner's approval of what their wallet asks them to sign, or their denial with the same key. */
export function signedAsOwner(person: string, payload: VotePayload, signing: SigningRequest): SignedVote {
  const signature = sign(`${person}-owner`, signedBytes(payload, signing));
  return { payload, person_id: person, key_id: `${person}-owner-key`, scheme: "eip712_safe", signature };
}

function sign(public_key: string, message: Uint8Array): string {
  return createHash("sha256").update(public_key).update(message).digest("hex");
}
