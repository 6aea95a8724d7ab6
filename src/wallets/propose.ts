/** A person proposes a balance or a standing; others decide. Suspending loosens nothing, so it needs nobody else. */
import { walletDigest } from "../authority/index.ts";
import type { WalletConfig } from "../config/types.ts";
import type { DaemonDeps } from "../daemon/types.ts";
import type { Instant } from "../ports/index.ts";
import { type ReadTx, type Tx, tables } from "../store/index.ts";
import { emptyProblem } from "./empty.ts";
import { WalletError } from "./errors.ts";
import { changeProblem, declaredOf } from "./lifecycle.ts";
import { isManual } from "./manual.ts";
import { configuredWallet, latestEntered, readStanding, waitingOn } from "./read.ts";
import { changeStanding, endWalletProposal, recordWalletProposal } from "./record.ts";
import type { WalletDraft, WalletProposalRow, WalletStandingRow, WalletTerms } from "./types.ts";

export type WalletDeps = Pick<DaemonDeps, "store" | "ids" | "clock" | "config">;

/** Characters of the evidence, of a reason and of one reference; references of one proposal; digits of an amount. */
const EVIDENCE_LENGTH_MAX = 2_000;
const REASON_LENGTH_MAX = 500;
const REFERENCE_LENGTH_MAX = 300;
const REFERENCES_MAX = 10;
const AMOUNT_MAX = 10n ** 77n;

/** @throws WalletError wallet_not_found, wallet_not_manual, wallet_not_empty, wallet_wrong_state, wallet_proposal_invalid, wallet_proposal_open */
export async function proposeWallet(deps: WalletDeps, draft: WalletDraft): Promise<WalletProposalRow> {
  const wallet = configuredWallet(deps.config, draft.wallet_id);
  assertSaid(draft);
  return deps.store.tx("wallet.propose", async (tx) => {
    const now = deps.clock.now();
    await assertPossible(tx, deps, wallet, draft, now);
    await clearWay(tx, deps, draft, now);
    const standing = await readStanding(tx, wallet.id);
    const terms = termsOf(deps, wallet, draft, standing?.version ?? 0);
    const { id, wallet_id, what, created_at } = terms;
    const digest = walletDigest(terms);
    const row: WalletProposalRow = { id, wallet_id, what, state: "open", terms, digest, created_at, ended_at: null };
    await tx.insert(tables.walletProposal, row);
    await recordWalletProposal(tx, deps.ids, row, draft.proposed_by, now);
    return row;
  });
}

/** Idempotent: what is suspended stays so since the first time. @throws WalletError wallet_not_found, wallet_wrong_state, wallet_proposal_invalid */
export async function suspendWallet(
  deps: WalletDeps,
  { wallet_id, actor, reason }: { readonly wallet_id: string; readonly actor: string; readonly reason: string },
): Promise<WalletStandingRow> {
  const wallet = configuredWallet(deps.config, wallet_id);
  if (reason.trim() === "" || reason.length > REASON_LENGTH_MAX) {
    throw invalid(`A reason of 1 to ${REASON_LENGTH_MAX} characters is needed.`, wallet_id);
  }
  return deps.store.tx("wallet.suspend", async (tx) => {
    const known = await readStanding(tx, wallet_id);
    if (known?.state === "suspended") return known;
    const change = { to: "suspended", reason, by: actor, at: deps.clock.now(), proposal_id: null } as const;
    return changeStanding(tx, deps.ids, wallet, change);
  });
}

/** Sentence of why these terms answer another question than the wallet poses now; null when they do not. */
export async function overtakenProblem(tx: ReadTx, { terms, digest }: WalletProposalRow): Promise<string | null> {
  if (walletDigest(terms) !== digest) return "what is stored is not what was proposed";
  const standing = await readStanding(tx, terms.wallet_id);
  if ((standing?.version ?? 0) !== terms.standing_version) return "its standing changed meanwhile";
  if (terms.what !== "balance") return null;
  const last = await latestEntered(tx, terms.wallet_id);
  return last !== null && last.as_of >= (terms.as_of ?? 0) ? "a later balance was confirmed" : null;
}

async function assertPossible(
  tx: ReadTx,
  deps: WalletDeps,
  wallet: WalletConfig,
  { what, as_of }: WalletDraft,
  now: Instant,
): Promise<void> {
  if (what === "balance") {
    if (!isManual(deps.config, wallet)) {
      const message = `${wallet.id} is at ${wallet.venue}, which is read by itself; only at a manual venue people say what is there.`;
      throw new WalletError("wallet_not_manual", message, { wallet: wallet.id });
    }
    if (as_of !== null && as_of > now) throw invalid("A balance is of now or earlier.", wallet.id);
    const last = await latestEntered(tx, wallet.id);
    if (last === null || as_of === null || as_of > last.as_of) return;
    throw invalid("A balance of a later moment was confirmed already.", wallet.id);
  }
  const known = await readStanding(tx, wallet.id);
  const to = what === "activate" ? "active" : "archived";
  const problem = changeProblem(declaredOf(wallet), known?.state ?? null, to);
  if (problem !== null) throw new WalletError("wallet_wrong_state", `${wallet.id}: ${problem}`, { wallet: wallet.id });
  if (what === "archive") await assertEmpty(tx, deps, wallet, now);
}

/** @throws WalletError wallet_not_empty */
export async function assertEmpty(
  tx: ReadTx,
  { config }: Pick<WalletDeps, "config">,
  wallet: WalletConfig,
  now: Instant,
): Promise<void> {
  const problem = await emptyProblem(tx, config, wallet, now);
  if (problem === null) return;
  throw new WalletError("wallet_not_empty", `${wallet.id} is not archived: ${problem}`, { wallet: wallet.id });
}

/** One proposal of a matter at a time; one that nobody can complete any more makes way. */
async function clearWay(tx: Tx, deps: WalletDeps, { wallet_id, what }: WalletDraft, now: Instant): Promise<void> {
  const known = await waitingOn(tx, wallet_id, what);
  if (known === null) return;
  const expired = now >= known.terms.expires_at;
  if (!expired && (await overtakenProblem(tx, known)) === null) {
    throw new WalletError("wallet_proposal_open", `The proposal ${known.id} on it still waits.`, {
      proposal: known.id,
    });
  }
  const state = expired ? "expired" : "overtaken";
  await endWalletProposal(tx, deps.ids, known, { state, actor: "daemon", at: now });
}

function termsOf(deps: WalletDeps, wallet: WalletConfig, draft: WalletDraft, standing_version: number): WalletTerms {
  const now = deps.clock.now();
  const { id: wallet_id, venue, account, asset } = wallet;
  const { what, amount, as_of, evidence, references, proposed_by } = draft;
  return {
    ...{ id: deps.ids.next("wpr"), wallet_id, venue, account, asset },
    ...{ decimals: deps.config.assets.get(asset)?.decimals ?? 0, what, standing_version },
    ...{ amount: amount?.toString() ?? null, as_of, evidence, references, proposed_by },
    ...{ created_at: now, expires_at: now + deps.config.authority.approval_lifetime_ms },
  };
}

function assertSaid({ wallet_id, what, amount, as_of, evidence, references }: WalletDraft): void {
  const is_balance = what === "balance";
  if (is_balance !== (amount !== null) || is_balance !== (as_of !== null)) {
    throw invalid("A balance says its amount and its moment; a change of standing neither.", wallet_id);
  }
  if (amount !== null && (amount < 0n || amount > AMOUNT_MAX)) throw invalid("Nobody holds less than zero.", wallet_id);
  if (as_of !== null && !Number.isSafeInteger(as_of)) throw invalid("A balance is of an instant.", wallet_id);
  if (evidence.trim() === "" || evidence.length > EVIDENCE_LENGTH_MAX) {
    throw invalid(`Evidence of 1 to ${EVIDENCE_LENGTH_MAX} characters is needed.`, wallet_id);
  }
  const fits = references.every((text) => text !== "" && text.length <= REFERENCE_LENGTH_MAX);
  if (fits && references.length <= REFERENCES_MAX) return;
  throw invalid(`At most ${REFERENCES_MAX} references of 1 to ${REFERENCE_LENGTH_MAX} characters.`, wallet_id);
}

function invalid(message: string, wallet: string): WalletError {
  return new WalletError("wallet_proposal_invalid", message, { wallet });
}
