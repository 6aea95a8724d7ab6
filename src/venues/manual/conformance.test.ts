/** `manual` through the suite of all venues, as far as a venue without an interface can go. */
import type { TransferPlan } from "../../transfers/types.ts";
import type { EnteredBalance } from "../../wallets/types.ts";
import type { VenueHarness } from "../conformance/harness.ts";
import { describeVenue } from "../conformance/suite.ts";
import { createManualVenue } from "./index.ts";

const START = Date.UTC(2026, 0, 7, 12);
const HOUR_MS = 3_600_000;

/** People who write down what they see, every hour that is asked for. */
class People {
  now = START;
  #standing: EnteredBalance | null = null;
  #last: EnteredBalance = this.#entry();

  #entry(): EnteredBalance {
    return { total: 1_000_000n, as_of: this.now, proposal_id: `wpr_${this.now}` };
  }

  enter(): void {
    this.now += HOUR_MS;
    this.#last = this.#entry();
  }

  /** The next look sees what was entered until now. */
  stand(): void {
    this.#standing = this.#last;
  }

  async latest(): Promise<EnteredBalance> {
    const seen = this.#standing ?? this.#last;
    this.#standing = null;
    return seen;
  }
}

async function startHarness(): Promise<VenueHarness> {
  const people = new People();
  const wallet = { wallet_id: "vault", account: "safe 7", asset: "USDT" };
  const venue = createManualVenue({
    id: "paper",
    wallets: [{ id: "vault", account: "safe 7", asset: "USDT", kind: "custody" }],
    entered: people,
  });
  return {
    ...{ venue, wallet, amount: 1_000n },
    plan: () => ({ id: "trf_1" }) as TransferPlan,
    far_side: {
      effects: () => 0,
      settle: async () => people.enter(),
      wait: async () => undefined,
      now: () => people.now,
      freezeBalance: () => people.stand(),
    },
    stop: () => venue.close(),
  };
}

const MOVES = "It is only watched: people move what is there.";
const SPEAKS = "It has no interface that could answer, fail or be cut off.";
const because = (reason: string, ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, reason]));

describeVenue("manual", startHarness, {
  not_applicable: {
    wallets: "It offers no network and gives out no address: nothing is sent there.",
    history_sum: "It has no history; its balances alone are compared with the books.",
    ...because(MOVES, ["exact_bytes", "settles", "duplicate_submit", "reused_reference", "insufficient", "fee_limit"]),
    ...because(MOVES, ["hook:takeFeeFromAmount", "cancel_held", "cancel_late", "absent", "hook:useUnknownStatus"]),
    ...because(MOVES, ["hook:reorganize", "hook:remove", "hook:replace", "hook:retry"]),
    ...because(MOVES, ["hook:rejectApproval", "hook:expireApproval"]),
    ...because(SPEAKS, ["hook:answerNext", "hook:line", "hook:skewClock", "hook:webhookOf"]),
  },
});
