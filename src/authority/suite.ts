/** What the tests of authority share: people with real keys, a pool with its wallets and addresses, a transfer that waits for votes. */
import type { PoolConfig, WalletConfig } from "../config/types.ts";
import type { Ids, Signer } from "../ports/index.ts";
import { MemoryStore } from "../store/index.ts";
import { ed25519SignerFromSeed, ed25519Verifier } from "../system/ed25519.ts";
import type { TransferPlan, TransferRow } from "../transfers/types.ts";
import type { Destinations } from "./address_book.ts";
import { castVote, type VoteCast, verifyVote, votesOn } from "./cast_vote.ts";
import { transferDigest, voteMessage } from "./digest.ts";
import { transferSubject } from "./subject.ts";
import type { ApprovalRow, AuthorityPolicy, Person, Role, SignedVote, Vote, VotePayload } from "./types.ts";

const NAMES = ["ana", "ben", "chen", "dora", "eve"] as const;
export type Name = (typeof NAMES)[number];
export const SIGNERS: Readonly<Record<Name, Signer>> = Object.fromEntries(
  NAMES.map((name, index) => [name, ed25519SignerFromSeed(`0${index + 1}`.repeat(32))]),
) as Record<Name, Signer>;

export function person(name: Name, roles: readonly Role[]): Person {
  const key = { key_id: `${name}-1`, scheme: "ed25519", public_key: SIGNERS[name].public_key } as const;
  return { id: name, name, roles, keys: [key] };
}

/** Custody pays with two approvers, from 1,000 units on with three; `dora` operates and `eve` is not known. */
export const POLICY: AuthorityPolicy = {
  people: [
    person("ana", ["approver", "admin"]),
    person("ben", ["approver"]),
    person("chen", ["approver"]),
    person("dora", ["operator"]),
  ],
  tiers: [
    { asset: "*", direction: "reserve_to_liquidity", from_amount: 0n, approvals_needed: 2, roles: ["approver"] },
    { asset: "USDT", direction: "reserve_to_liquidity", from_amount: 1_000n, approvals_needed: 3, roles: ["approver"] },
  ],
  approval_lifetime_ms: 1_000,
};

const wallet = (id: string, venue: string, kind: WalletConfig["kind"]): WalletConfig => ({
  ...{ id, venue, asset: "USDT", kind, status: "active", account: `account-${id}`, label: id },
  ...{ poll_interval_ms: 1, stale_after_ms: 1 },
});

export const DESTINATIONS: Destinations = {
  wallets: [
    wallet("hot", "chain", "hot"),
    wallet("exchange", "exchange", "hot"),
    wallet("vault", "custodian", "custody"),
  ],
  pools: [
    {
      id: "usdt",
      asset: "USDT",
      liquidity: ["hot", "exchange"],
      reserve: ["vault"],
      policy: {},
      networks: ["tron"],
    } as unknown as PoolConfig,
  ],
  address_book: [
    { wallet: "hot", network: "tron", address: "T-hot", memo: null },
    { wallet: "exchange", network: "tron", address: "T-exchange", memo: "77" },
    { wallet: "vault", network: "tron", address: "T-vault", memo: null },
  ],
};

export const PLAN: TransferPlan = {
  id: "trf_1",
  pool_id: "usdt",
  asset: "USDT",
  network: "tron",
  instrument: "usdt-tron",
  chain_id: null,
  contract: "TR7",
  decimals: 6,
  contract_decimals: 6,
  from: { venue: "custodian", wallet: "vault", role: "custody", address: "T-vault", memo: null },
  to: { venue: "chain", wallet: "hot", role: "hot", address: "T-hot", memo: null },
  direction: "reserve_to_liquidity",
  amount: "500",
  fee_max: "10",
  cause: "auto_pilot",
  reason: "liquidity is below low",
  decision_id: "dec_1",
  initiator: "daemon",
  policy_digest: "aa",
  quorum_needed: 2,
  not_before: 100,
  expires_at: 1_100,
  nonce: "n1",
};

/** The row of a plan, as it is written at planning. */
export function transferOf(plan: TransferPlan): TransferRow {
  return {
    ...{ id: plan.id, pool_id: plan.pool_id, asset: plan.asset, network: plan.network, direction: plan.direction },
    ...{ from_wallet: plan.from.wallet, to_wallet: plan.to.wallet, cause: plan.cause, reference: plan.id, plan },
    ...{ amount: BigInt(plan.amount), fee_max: BigInt(plan.fee_max), fee_actual: null, amount_received: null },
    ...{ state: "awaiting_approval", stage: null, digest: transferDigest(plan), decision_id: plan.decision_id },
    ...{
      signing: null,
      prepared: null,
      venue_ref: null,
      tx_hash: null,
      confirmations: null,
      confirmations_needed: null,
    },
    ...{ note_code: null, note: null, created_at: plan.not_before, updated_at: plan.not_before, submitted_at: null },
    ...{ settled_at: null, next_at: null, attempts: 0, lease_owner: null, lease_until: null, fence: 0, version: 0 },
  };
}

/** A vote signed with the person's own key, over whatever is given. */
export async function signVote(
  name: Name,
  transfer: Pick<TransferRow, "id" | "digest">,
  vote: Vote = "approve",
  change: Partial<VotePayload> = {},
): Promise<SignedVote> {
  const payload: VotePayload = {
    object_kind: "transfer",
    object_id: transfer.id,
    digest: transfer.digest,
    vote,
    ...change,
  };
  const signature = Buffer.from(await SIGNERS[name].sign(voteMessage(payload))).toString("hex");
  return { payload, person_id: name, key_id: `${name}-1`, scheme: "ed25519", signature };
}

/** The row of a vote, as it is recorded. */
export async function approvalOf(
  name: Name,
  transfer: TransferRow,
  at = 200,
  vote: Vote = "approve",
): Promise<ApprovalRow> {
  const { payload, signature, key_id, scheme } = await signVote(name, transfer, vote);
  return { object_id: payload.object_id, person_id: name, digest: payload.digest, key_id, scheme, vote, signature, at };
}

export interface Ballot {
  readonly store: MemoryStore;
  readonly ids: Ids;
  /** Verifies and records a vote as the daemon does. */
  cast(
    vote: SignedVote,
    options?: { policy?: AuthorityPolicy; transfer?: TransferRow; now?: number; open?: boolean },
  ): Promise<VoteCast>;
  votes(): Promise<ApprovalRow[]>;
}

export function ballotOf(transfer: TransferRow): Ballot {
  const store = new MemoryStore({ clock: { now: () => 0 } });
  let count = 0;
  const ids: Ids = {
    next: (prefix) => {
      count += 1;
      return `${prefix}_${count}`;
    },
  };
  return {
    store,
    ids,
    cast: async (signed, options = {}) => {
      const { policy = POLICY, transfer: row = transfer, now = 200, open = true } = options;
      const vote = await verifyVote(ed25519Verifier, policy, signed, row.signing);
      const subject = transferSubject(policy, row);
      return store.tx("vote", (tx) => castVote(tx, ids, { policy, vote, subject, open, now }));
    },
    votes: () => store.read("votes", (tx) => votesOn(tx, transfer.id)),
  };
}
