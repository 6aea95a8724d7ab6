/** Books of every kind of account under thousands of postings, holds and reversals: still gapless, still zero in sum. */
import { expect, it } from "vitest";
import { checkBooks } from "../../bench/ledger_check.ts";
import { tables } from "../store/index.ts";
import {
  accountId,
  collateralAccount,
  customerAccount,
  customersAccount,
  equityAccount,
  feeAccount,
  NORMAL_SIDE,
  transitAccount,
  walletAccount,
} from "./accounts.ts";
import { ASSET, testBooks } from "./fixtures.ts";
import { bookMovement } from "./flows.ts";
import { credit, debit } from "./lines.ts";
import { createPoster } from "./poster.ts";
import { reversePosting } from "./reverse.ts";
import { bookPlanned, bookSettled } from "./transfer_postings.ts";
import type { AccountRef, PostInput } from "./types.ts";

const POSTINGS = 3_000;
const WALLETS = 12;

/** Always the same numbers: a failure can be repeated. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

it("stays whole over thousands of postings on accounts of every kind, with reversals between them", async () => {
  const books = testBooks();
  const draw = numbers(7);
  const poster = createPoster({ store: books.store, ids: books.ids, batch_max: 50 });
  const wallet = (at: number): AccountRef => walletAccount(`w${at}`, ASSET);
  const sources = [
    customersAccount(ASSET),
    customerAccount("c1", ASSET),
    collateralAccount("f1", ASSET),
    equityAccount(ASSET),
  ];
  const loans = (Object.keys(NORMAL_SIDE) as AccountRef["kind"][])
    .filter((kind) => kind.startsWith("loan_") || kind.startsWith("collateral_"))
    .map((kind): AccountRef => ({ kind, owner: "f1", asset: ASSET }));
  const inputs = Array.from({ length: POSTINGS }, (_, at): PostInput => {
    const amount = BigInt(1 + draw(500));
    const [one, other] = [wallet(draw(WALLETS)), wallet(draw(WALLETS))];
    const source = sources[draw(sources.length)] ?? equityAccount(ASSET);
    const loan = loans[draw(loans.length)] ?? equityAccount(ASSET);
    const moves = [
      NORMAL_SIDE[loan.kind] === "debit"
        ? [debit(loan, amount), credit(source, amount)]
        : [debit(one, amount), credit(loan, amount)],
      [debit(one, amount), credit(source, amount)],
      [debit(source, amount), credit(one, amount)],
      [debit(transitAccount(one.owner, ASSET), amount), credit(one, amount)],
      [
        debit(feeAccount(one.owner, ASSET), 1n),
        debit(other, amount),
        credit(transitAccount(one.owner, ASSET), amount + 1n),
      ],
    ];
    const lines = moves[draw(moves.length)] ?? [];
    const basis = draw(3) === 0 ? ("fact" as const) : ("intent" as const);
    return { key: `p${at}`, kind: "test", ref: "r", memo: "", at, lines, basis };
  });
  const answers = await Promise.allSettled(inputs.map((input) => poster.post(input)));
  const refused = answers.filter(({ status }) => status === "rejected").length;
  // Both happen often, or this says little.
  expect(refused).toBeGreaterThan(100);
  expect(POSTINGS - refused).toBeGreaterThan(1_000);

  for (let at = 0; at < POSTINGS; at += 10) {
    if (answers[at]?.status !== "fulfilled") continue;
    await books.run((tx) => reversePosting(tx, books.ids, { key: `p${at}`, memo: "taken back", at: POSTINGS }));
  }
  for (let at = 0; at < 40; at += 1) {
    const flow = { wallet_id: `w${at % WALLETS}`, movement_id: `m${at}`, direction: "in" as const, asset: ASSET };
    await books.run((tx) =>
      bookMovement(tx, books.ids, { ...flow, amount: 1_000_000n, fee: 0n, at: POSTINGS + at, transfer_id: null }),
    );
    const [from_wallet, to_wallet] = [`w${at % WALLETS}`, `w${(at + 1) % WALLETS}`];
    const transfer = {
      id: `t${at}`,
      asset: ASSET,
      from_wallet,
      to_wallet,
      direction: "internal" as const,
      amount: 500n,
      fee_max: 3n,
    };
    await books.run((tx) => bookPlanned(tx, transfer, POSTINGS));
    await books.run((tx) => bookSettled(tx, books.ids, transfer, { received: 498n, fee_beside: 1n }, POSTINGS));
  }

  expect(await books.faults()).toEqual([]);
  expect(await checkBooks(books.store)).toMatchObject({ zero_sum: true, gapless: true });
  const rows = await books.run((tx) => tx.find(tables.account, { limit: 999 }));
  expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(Object.keys(NORMAL_SIDE)));
  expect(rows.map(({ id }) => id)).toContain(accountId(customerAccount("c1", ASSET)));
});
