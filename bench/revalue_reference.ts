/**
 * The reference of `bench revalue`: LTV as a fraction of the amounts themselves, in BigInt, by the stage rule. It shares neither keys nor
 * order with the index. A sample goes through every tick, every crossing that was told is checked at its tick, and everybody
 * is checked now and then.
 */
import {
  type FacilityCrossing,
  LEVEL_PROFILES,
  ltvFrom,
  nextStage,
  type Stage,
  type TriggerIndex,
} from "../src/credit/index.ts";
import { ratio } from "../src/money/index.ts";

export interface Loan {
  readonly owed: bigint;
  readonly units: bigint;
}

export const LEVELS = LEVEL_PROFILES["ltv-60-70-80-90"];
const SAMPLE = 500;

export class Reference {
  private readonly loans: Loan[];
  private readonly stages: Stage[];
  /** Every how-manieth facility goes through every tick. */
  private readonly step: number;

  constructor(loans: readonly Loan[], cents: number) {
    this.loans = [...loans];
    this.stages = loans.map((loan) => nextStage("sound", ltvAt(loan, cents), LEVELS));
    this.step = Math.max(1, Math.floor(loans.length / SAMPLE));
  }

  /** Mismatches of one tick: crossings that are wrong, told twice or not told to the sample. */
  take(told: readonly FacilityCrossing[], cents: number): number {
    let wrong = 0;
    for (const { facility_id, from, to } of told) {
      const n = Number(facility_id);
      if (this.stages[n] !== from || this.stageAt(n, cents) !== to) wrong += 1;
      this.stages[n] = to;
    }
    for (let n = 0; n < this.loans.length; n += this.step) {
      if (this.stageAt(n, cents) !== this.stages[n]) wrong += 1;
    }
    return wrong;
  }

  get size(): number {
    return this.loans.length;
  }

  /** Facilities whose stage, as told, is not what the rule says now. */
  check(cents: number): number {
    return this.stages.filter((stage, n) => this.stageAt(n, cents) !== stage).length;
  }

  change(n: number, loan: Loan, cents: number): void {
    this.loans[n] = loan;
    this.stages[n] = this.stageAt(n, cents);
  }

  /** Facilities that the index holds in another stage than the rule says, or that miss a crossing. */
  compare(index: TriggerIndex, cents: number): number {
    let wrong = 0;
    for (const [n, stage] of this.stages.entries()) {
      if (index.stageOf(String(n)) !== stage || this.stageAt(n, cents) !== stage) wrong += 1;
    }
    return wrong;
  }

  private stageAt(n: number, cents: number): Stage {
    return nextStage(this.stages[n] as Stage, ltvAt(this.loans[n] as Loan, cents), LEVELS);
  }
}

function ltvAt({ owed, units }: Loan, cents: number): ReturnType<typeof ltvFrom> {
  return ltvFrom(owed, ratio(units * BigInt(cents), 10n ** 8n));
}
