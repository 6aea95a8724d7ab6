import { beforeEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../../store/index.ts";
import { answerOnce, IN_FLIGHT_MAX_MS } from "./idempotency.ts";

let now = 0;
let attempt: Parameters<typeof answerOnce>[0];
beforeEach(() => {
  now = 1_000_000;
  attempt = { store: new MemoryStore({ clock: { now: () => now } }), key: "key-12345", route: "POST /x", body: null };
});

const answers = (body: string) => async () => ({ status: 201, body });

describe("a request that outlives its place", () => {
  /** The first attempt hangs; after its time a second one takes the key over and is answered. */
  async function overtaken(): Promise<{ first: Promise<unknown>; end: (failure: Error | null) => void }> {
    let end: (failure: Error | null) => void = () => undefined;
    const hanging = new Promise<{ status: number; body: string }>((resolve, reject) => {
      end = (failure) => (failure === null ? resolve({ status: 201, body: "first" }) : reject(failure));
    });
    const first = answerOnce(attempt, () => hanging);
    await expect(answerOnce(attempt, answers("too early"))).rejects.toMatchObject({ code: "idempotency_in_flight" });
    now += IN_FLIGHT_MAX_MS + 1;
    expect(await answerOnce(attempt, answers("second"))).toMatchObject({ body: "second", replayed: false });
    return { first, end };
  }

  it("does not free the key when it fails late: what the second was answered stands", async () => {
    const { first, end } = await overtaken();
    end(new Error("cut"));
    await expect(first).rejects.toThrow("cut");
    expect(await answerOnce(attempt, answers("third"))).toMatchObject({ body: "second", replayed: true });
  });

  it("does not write over that answer when it succeeds late", async () => {
    const { first, end } = await overtaken();
    end(null);
    expect(await first).toMatchObject({ body: "first" });
    expect(await answerOnce(attempt, answers("third"))).toMatchObject({ body: "second", replayed: true });
  });

  it("frees its own key when it fails", async () => {
    await expect(answerOnce(attempt, () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
    expect(await answerOnce(attempt, answers("again"))).toMatchObject({ body: "again", replayed: false });
  });
});
