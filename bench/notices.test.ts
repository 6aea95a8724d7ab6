import { describe, expect, it } from "vitest";
import { benchNotices } from "./notices.ts";

/** After this it hangs; how fast it is, the bench says, and other work may share the machine. */
const HANGS_MS = 180_000;

describe("benchNotices", () => {
  it.each(["memory", "pglite"] as const)(
    "calls everybody at one price and delivers each notice once, with %s",
    async (engine) => {
      const result = await benchNotices({ notices: 1_200, engine });
      expect(result).toMatchObject({ engine, notices: 1_200, received: 1_200, repeated: 0, missing: 0 });
      expect(result.queue_ms).toBeGreaterThan(0);
    },
    HANGS_MS,
  );
});
