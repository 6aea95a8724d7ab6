/**
 * One suite for every venue behind the port. It asks what a treasury stakes money on: one effect per reference, unknown when
 * nobody knows, absence never guessed, balances and movements that agree, built bytes that do what was planned. A case that a
 * venue cannot have is declared, with its reason; a case that is neither shown nor explained fails.
 *
 * A connector's run stands in a file `conformance.test.ts`, and is named as the column of the capability table (the `name` of the
 * example in its VenueType): `npm run conformance` finds it and fills the table of the reference.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Case, calm } from "./case.ts";
import { CASES } from "./cases.ts";
import type { VenueHarness } from "./harness.ts";

export interface SuiteOptions {
  /** By the id of the case: why this venue cannot have it. One reason for all cases that need a hook: `hook:line`. */
  readonly not_applicable?: Readonly<Record<string, string>>;
}

const REASON_CHARS_MIN = 10;
/** Two hundred seeded runs against a real chain take their time. */
const CASE_MS_MAX = 900_000;
export const NOT_APPLICABLE = " | not applicable: ";

/** @example describeVenue("sandbox exchange", () => startHarness("exchange"), { not_applicable: { "hook:reorganize": "It is no chain." } }) */
export function describeVenue(name: string, factory: () => Promise<VenueHarness>, options: SuiteOptions = {}): void {
  const { not_applicable = {} } = options;
  describe(name, () => {
    let harness: VenueHarness;
    beforeAll(async () => {
      harness = await factory();
    });
    afterAll(async () => {
      await harness.stop();
    });

    it("excuses itself only from cases that there are", () => {
      const known = new Set(CASES.flatMap(({ id, hooks }) => [id, ...hooks.map((hook) => `hook:${hook}`)]));
      expect(Object.keys(not_applicable).filter((id) => !known.has(id))).toEqual([]);
    });

    for (const each of CASES) {
      const reason = reasonOf(each, not_applicable);
      const title = `${each.title}${reason === null ? "" : `${NOT_APPLICABLE}${reason}`}`;
      it(title, { timeout: CASE_MS_MAX }, async () => {
        if (reason === null) await runCase(each, harness);
        else checkReason(each, reason, harness);
      });
    }
  });
}

function reasonOf({ id, hooks }: Case, reasons: Readonly<Record<string, string>>): string | null {
  const keys = [id, ...hooks.map((hook) => `hook:${hook}`)];
  return keys.map((key) => reasons[key]).find((reason) => reason !== undefined) ?? null;
}

async function runCase({ id, hooks, run }: Case, harness: VenueHarness): Promise<void> {
  const missing = hooks.filter((hook) => harness.far_side[hook] === undefined);
  expect(missing, `give the far side these hooks, or say in not_applicable why "${id}" cannot be`).toEqual([]);
  try {
    await run(harness);
  } finally {
    await calm(harness);
  }
}

/** Nobody is excused from what he can show. */
function checkReason({ id, hooks }: Case, reason: string, harness: VenueHarness): void {
  expect(reason.length).toBeGreaterThan(REASON_CHARS_MIN);
  const shown = hooks.length > 0 && hooks.every((hook) => harness.far_side[hook] !== undefined);
  expect(shown, `"${id}" is declared not applicable, and the far side can show it`).toBe(false);
}
