/** The laws of the books over any history: per-asset zero sum, nothing below zero, replays change nothing, holds never leak. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { walletAccount } from "./accounts.ts";
import { LedgerError } from "./errors.ts";
import { ASSET, type TestBooks, testBooks } from "./fixtures.ts";
import { bookMovement, reverseMovement } from "./flows.ts";
import { placeHold, voidHold } from "./hold.ts";
import { credit, debit } from "./lines.ts";
import { post } from "./post.ts";
import { bookClosed, bookPlanned, bookSettled, bookSubmitted } from "./transfer_postings.ts";

const WALLETS = ["a", "b", "c"] as const;
const wallet = fc.constantFrom(...WALLETS);
const amount = fc.bigInt({ min: 1n, max: 120n });
const small = fc.bigInt({ min: 0n, max: 9n });
const id = fc.nat(5);

const step = fc.oneof(
  fc.record({
    do: fc.constant("flow" as const),
    id,
    wallet,
    direction: fc.constantFrom("in" as const, "out" as const),
    amount,
    fee: small,
  }),
  fc.record({ do: fc.constant("unflow" as const), id, wallet }),
  fc.record({ do: fc.constant("plan" as const), id }),
  fc.record({ do: fc.constant("submit" as const), id }),
  fc.record({ do: fc.constant("settle" as const), id, lost: small, fee: small }),
  fc.record({ do: fc.constant("close" as const), id }),
  fc.record({ do: fc.constant("hold" as const), id, wallet, amount }),
  fc.record({ do: fc.constant("void" as const), id }),
  fc.record({ do: fc.constant("post" as const), id, wallet, to: wallet, amount }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The same transfer whenever the same id is drawn, as a frozen plan is. */
function transferOf(number: number) {
  const from_wallet = WALLETS[number % 3] ?? "a";
  const to_wallet = WALLETS[(number + 1) % 3] ?? "b";
  return {
    id: `t${number}`,
    asset: ASSET,
    from_wallet,
    to_wallet,
    direction: number % 3 === 0 ? ("reserve_to_payee" as const) : ("reserve_to_liquidity" as const),
    amount: BigInt(10 + 7 * number),
    fee_max: BigInt(number),
  };
}

function take(books: TestBooks, one: Step): Promise<unknown> {
  const { ids } = books;
  const movement = { movement_id: `m${one.id}`, asset: ASSET, at: 1, transfer_id: null };
  return books.run<unknown>((tx) => {
    const transfer = transferOf(one.id);
    switch (one.do) {
      case "flow": {
        const { direction, amount: moved, fee, wallet: wallet_id } = one;
        return bookMovement(tx, ids, { ...movement, wallet_id, direction, amount: moved, fee });
      }
      case "unflow":
        return reverseMovement(tx, ids, { ...movement, wallet_id: one.wallet }, "removed", 2);
      case "plan":
        return bookPlanned(tx, transfer, 1);
      case "submit":
        return bookSubmitted(tx, ids, transfer, 1);
      case "settle":
        return bookSettled(tx, ids, transfer, { received: transfer.amount - one.lost, fee_beside: one.fee }, 1);
      case "close":
        return bookClosed(tx, ids, transfer, 1);
      case "hold": {
        const account = walletAccount(one.wallet, ASSET);
        return placeHold(tx, { id: `h${one.id}`, account, amount: one.amount, ref: "r", at: 1 });
      }
      case "void":
        return voidHold(tx, `h${one.id}`);
      case "post": {
        const lines = [
          debit(walletAccount(one.to, ASSET), one.amount),
          credit(walletAccount(one.wallet, ASSET), one.amount),
        ];
        return post(tx, ids, { key: `p${one.id}`, kind: "test", ref: "r", memo: "", at: 1, lines });
      }
    }
  });
}

/** What a daemon would do in its own order is a subset of this: any order at all. Refusals are part of the game. */
async function attempt(books: TestBooks, one: Step): Promise<"done" | "refused"> {
  try {
    await take(books, one);
    return "done";
  } catch (error) {
    const closing_settled = error instanceof Error && error.message.includes("is settled in the books");
    if (error instanceof LedgerError || closing_settled) return "refused";
    throw error;
  }
}

async function start(): Promise<TestBooks> {
  const books = testBooks();
  for (const name of WALLETS) await books.open(name, 100n);
  return books;
}

describe("the books", () => {
  it("keep every law after any order of steps, and a replayed step changes nothing", async () => {
    let [done, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const books = await start();
        for (const one of steps) {
          if ((await attempt(books, one)) === "refused") {
            refused += 1;
            continue;
          }
          done += 1;
          const before = JSON.stringify([...(await books.counts()), await snapshot(books)]);
          await attempt(books, one);
          expect(JSON.stringify([...(await books.counts()), await snapshot(books)])).toBe(before);
        }
        expect(await books.faults()).toEqual([]);
      }),
      { numRuns: 150 },
    );
    // Both happen often, or the property says little.
    expect(done).toBeGreaterThan(300);
    expect(refused).toBeGreaterThan(300);
  });

  it("never let plans use more than there is: what is held stays within the balance while only plans act", async () => {
    const plans = step.filter((one) => ["plan", "hold", "void", "post", "close"].includes(one.do));
    await fc.assert(
      fc.asyncProperty(fc.array(plans, { minLength: 5, maxLength: 30 }), async (steps) => {
        const books = await start();
        for (const one of steps) await attempt(books, one);
        for (const name of WALLETS) {
          const { posted, held, available } = await books.wallet(name);
          expect(held <= posted && available === posted - held).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});

async function snapshot(books: TestBooks): Promise<string[]> {
  const balances = await Promise.all(WALLETS.map((name) => books.wallet(name)));
  return balances.map(({ posted, held }) => `${posted}/${held}`);
}
