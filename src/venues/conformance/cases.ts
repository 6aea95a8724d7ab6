/** Every case of the suite, in the order in which the table shows them. */
import type { Case } from "./case.ts";
import { CHANGES } from "./cases_changes.ts";
import { LINES } from "./cases_line.ts";
import { READS } from "./cases_reads.ts";
import { SUBMITS } from "./cases_submit.ts";
import { WEBHOOKS } from "./cases_webhooks.ts";
import { SEEDED } from "./seeded.ts";

export const CASES: readonly Case[] = [...READS, ...SUBMITS, ...LINES, ...CHANGES, ...WEBHOOKS, SEEDED];
