/** Real daemons on a real PostgreSQL. The stories mostly wait for leases to end, so they are told at the same time. */
import { it } from "vitest";
import { wrongClocks } from "./story_clocks.ts";
import { STORY_LIMIT_MS as CRASHES_LIMIT_MS, killedDatabase } from "./story_crashes.ts";
import { killedLeaders } from "./story_leaders.ts";
import { STORY_LIMIT_MS as PAUSES_LIMIT_MS, pausedLeaders } from "./story_pauses.ts";
import { restoredCopy } from "./story_restore.ts";

const STORY_LIMIT_MS = 120_000;

it.concurrent("one leads at a time, and the next takes over when it is killed", killedLeaders, STORY_LIMIT_MS);
it.concurrent("paused at random and between its write and the call, nobody pays twice", pausedLeaders, PAUSES_LIMIT_MS);
it.concurrent("loses nothing and doubles nothing, however often both are killed", killedDatabase, CRASHES_LIMIT_MS);
it.concurrent("pays nothing on a database that was restored from an older copy", restoredCopy, STORY_LIMIT_MS);
// By itself: its daemons keep the lead only while they get their turns, and that is what it looks at.
it("a clock set back or ahead by an hour takes the lead from nobody, and nothing doubles", wrongClocks, STORY_LIMIT_MS);
