/**
 * The people of the sandbox: their keys are made in the data directory, and unless a person wants to approve by hand, each
 * of them looks at what waits and signs it some hours later. Their votes are real: same bytes, same keys, same quorum.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Person, type SignedVote, type VotePayload, voteMessage } from "../authority/index.ts";
import type { TreasuryConfig } from "../config/types.ts";
import type { DaemonDeps, Treasury } from "../daemon/types.ts";
import { TidegateError } from "../errors/index.ts";
import type { ExtensionRow, FacilityRow, Lending, SubstitutionRow } from "../lending/index.ts";
import type { Instant, Signer } from "../ports/index.ts";
import { tables } from "../store/index.ts";
import { between, indexOfText } from "./random.ts";
import { type Routine, startRoutine } from "./routine.ts";

const KEYS_DIR = "keys";
const MINUTE_MS = 60_000;
/** How often they look. */
const LOOK_MS = 10 * MINUTE_MS;
/** How long one of them takes, from and to. */
const ANSWER_MS: readonly [number, number] = [30 * MINUTE_MS, 240 * MINUTE_MS];
const WAITING_MAX = 100;

/** Writes and reads Ed25519 key files; the composition root has the real ones. */
export interface KeyFiles {
  generate(path: string): Promise<{ readonly public_key: string }>;
  load(path: string): Promise<Signer>;
}

/**
 * Makes `<data_dir>/keys/<person>.json` and `.pub` for everybody who has none yet, and the `.pub` that a first start which was
 * killed in between still owes. Call it before the configuration is read, which refers to the public keys.
 */
export async function ensurePeopleKeys(data_dir: string, people: readonly string[], files: KeyFiles): Promise<void> {
  for (const person of people) {
    const path = keyPath(data_dir, person);
    const public_path = path.replace(/\.json$/, ".pub");
    if (existsSync(public_path)) continue;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const { public_key } = await ensureKey(path, files);
    const fresh = `${public_path}.${randomBytes(8).toString("hex")}.new`;
    await writeFile(fresh, `${public_key}\n`, { mode: 0o644 });
    await rename(fresh, public_path);
  }
}

/** Two first starts at once make the same keys: who comes second takes what is there. */
async function ensureKey(path: string, files: KeyFiles): Promise<{ readonly public_key: string }> {
  if (existsSync(path)) return files.load(path);
  try {
    return await files.generate(path);
  } catch (error) {
    if (existsSync(path)) return files.load(path);
    throw error;
  }
}

/** What of lending people vote on beside its transfers. */
type ApproversLending = Pick<
  Lending,
  | ("facilityQuorum" | "voteOnFacility" | "extensionQuorum" | "voteOnExtension")
  | ("substitutionQuorum" | "voteOnSubstitution")
>;

/** The part of the treasury that an approver uses. */
export type ApproversTreasury = Pick<Treasury, "quorumOf" | "castVote" | "walletQuorum" | "voteOnWallet"> & {
  readonly lending?: ApproversLending | null;
  readonly deps: Pick<DaemonDeps, "clock" | "store"> & { readonly config: Pick<TreasuryConfig, "authority"> };
};

export interface ApproversOptions {
  readonly treasury: ApproversTreasury;
  readonly data_dir: string;
  readonly seed: number;
  readonly files: Pick<KeyFiles, "load">;
}

/**
 * Lets the people whose private keys are in the data directory answer by themselves until `stop`. A vote that comes too
 * late (someone denied, it expired) is dropped; an error of the sandbox itself rejects `ended`, which must be watched.
 */
export async function startApprovers(options: ApproversOptions): Promise<Routine> {
  const signers = await loadSigners(options);
  const { clock } = options.treasury.deps;
  return startRoutine({ clock, every_ms: LOOK_MS, look: (signal) => lookOnce(options, signers, signal) });
}

/** Something that waits for votes; each kind is read, counted and voted on in its own way. */
interface Question {
  readonly kind: VotePayload["object_kind"];
  readonly id: string;
  readonly digest: string;
  readonly created_at: Instant;
  eligible(): Promise<readonly string[]>;
  /** True while more votes are needed. */
  vote(signed: SignedVote): Promise<boolean>;
}

/** One person's signed yes. */
export async function approve(
  { id, digest }: Pick<Question, "id" | "digest">,
  person: Person,
  signer: Signer,
  object_kind: VotePayload["object_kind"] = "transfer",
): Promise<SignedVote> {
  const key = person.keys.find((each) => each.scheme === "ed25519" && each.public_key === signer.public_key);
  if (!key) {
    const message = `The key of "${person.id}" in the data directory is not the one in the configuration.`;
    throw new TidegateError("invalid", "sandbox_key_mismatch", message, { person: person.id });
  }
  const payload: VotePayload = { object_kind, object_id: id, digest, vote: "approve" };
  const signature = Buffer.from(await signer.sign(voteMessage(payload))).toString("hex");
  return { payload, person_id: person.id, key_id: key.key_id, scheme: "ed25519", signature };
}

/** When this person answers what was asked at `created_at`. */
export function answersAt(seed: number, person_id: string, asked: Pick<Question, "id" | "created_at">): Instant {
  const index = indexOfText(`${person_id}/${asked.id}`);
  return asked.created_at + between(seed, "approver", index, ANSWER_MS[0], ANSWER_MS[1]);
}

async function lookOnce(
  options: ApproversOptions,
  signers: ReadonlyMap<string, Signer>,
  signal: AbortSignal,
): Promise<void> {
  for (const question of await waiting(options.treasury)) {
    if (signal.aborted) return;
    await answer(options, signers, question);
  }
}

/** One look of everybody, for those who move time themselves. */
export async function answerOnce(options: ApproversOptions): Promise<void> {
  await lookOnce(options, await loadSigners(options), new AbortController().signal);
}

async function answer(
  { treasury, seed }: ApproversOptions,
  signers: ReadonlyMap<string, Signer>,
  question: Question,
): Promise<void> {
  const eligible = await question.eligible();
  const now = treasury.deps.clock.now();
  for (const person of treasury.deps.config.authority.people) {
    const signer = signers.get(person.id);
    if (!signer || !eligible.includes(person.id) || now < answersAt(seed, person.id, question)) continue;
    if (!(await question.vote(await approve(question, person, signer, question.kind)))) return;
  }
}

const OLDEST = [
  ["created_at", "asc"],
  ["id", "asc"],
] as const;

async function waiting(treasury: ApproversTreasury): Promise<readonly Question[]> {
  const { lending } = treasury;
  const { transfers, balances, ...loans } = await treasury.deps.store.read("sandbox approvers", async (tx) => {
    const page = { order_by: OLDEST, limit: WAITING_MAX };
    const lent = lending !== undefined && lending !== null;
    return {
      transfers: await tx.find(tables.transfer, { where: { state: "awaiting_approval" }, ...page }),
      balances: await tx.find(tables.walletProposal, { where: { what: "balance", state: "open" }, ...page }),
      facilities: lent ? await tx.find(tables.facility, { where: { state: "proposed" }, ...page }) : [],
      extensions: lent ? await tx.find(tables.callExtension, { where: { state: "open" }, ...page }) : [],
      substitutions: lent ? await tx.find(tables.substitution, { where: { state: "open" }, ...page }) : [],
    };
  });
  return [
    ...transfers.map(
      (row): Question => ({
        ...{ kind: "transfer", id: row.id, digest: row.digest, created_at: row.created_at },
        eligible: async () => (await treasury.quorumOf(row)).eligible,
        vote: async (signed) => (await treasury.castVote(signed)).quorum.state === "pending",
      }),
    ),
    // What a wallet may do is for whoever runs the sandbox; what a statement says is for the one who reads it beside another.
    ...balances.map(
      (row): Question => ({
        ...{ kind: "wallet", id: row.id, digest: row.digest, created_at: row.created_at },
        eligible: async () => (await treasury.walletQuorum(row)).eligible,
        vote: async (signed) => (await treasury.voteOnWallet(signed)).quorum.state === "pending",
      }),
    ),
    ...(lending ? loanQuestions(lending, loans) : []),
  ];
}

interface LoanProposals {
  readonly facilities: readonly FacilityRow[];
  readonly extensions: readonly ExtensionRow[];
  readonly substitutions: readonly SubstitutionRow[];
}

function loanQuestions(
  lending: ApproversLending,
  { facilities, extensions, substitutions }: LoanProposals,
): Question[] {
  return [
    ...facilities.map(
      (row): Question => ({
        ...{ kind: "facility", id: row.id, digest: row.digest, created_at: row.created_at },
        eligible: async () => (await lending.facilityQuorum(row)).eligible,
        vote: async (signed) => (await lending.voteOnFacility(signed)).quorum.state === "pending",
      }),
    ),
    ...extensions.map(
      (row): Question => ({
        ...{ kind: "extension", id: row.id, digest: row.digest, created_at: row.created_at },
        eligible: async () => (await lending.extensionQuorum(row)).eligible,
        vote: async (signed) => (await lending.voteOnExtension(signed)).quorum.state === "pending",
      }),
    ),
    ...substitutions.map(
      (row): Question => ({
        ...{ kind: "substitution", id: row.id, digest: row.digest, created_at: row.created_at },
        eligible: async () => (await lending.substitutionQuorum(row)).eligible,
        vote: async (signed) => (await lending.voteOnSubstitution(signed)).quorum.state === "pending",
      }),
    ),
  ];
}

async function loadSigners({ treasury, data_dir, files }: ApproversOptions): Promise<Map<string, Signer>> {
  const signers = new Map<string, Signer>();
  for (const { id } of treasury.deps.config.authority.people) {
    const path = keyPath(data_dir, id);
    if (existsSync(path)) signers.set(id, await files.load(path));
  }
  return signers;
}

function keyPath(data_dir: string, person: string): string {
  return join(data_dir, KEYS_DIR, `${person}.json`);
}
