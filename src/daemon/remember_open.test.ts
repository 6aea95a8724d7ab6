/** Whoever leads tells the venues what is open, before it works on anything and once. */
import { expect, it } from "vitest";
import { openDesk, REFILL } from "../transfers/suite_transfers.ts";
import type { OpenRequest } from "../venues/port.ts";
import { rememberOpen } from "./remember_open.ts";
import { newState } from "./state.ts";
import type { DaemonDeps } from "./types.ts";

it("tells a venue of its own open transfers, with what is signed and prepared, once for each lead", async () => {
  const desk = await openDesk();
  const told: (readonly OpenRequest[])[] = [];
  Object.assign(desk.deps.venues.get("vault-venue") ?? {}, {
    remember: (open: readonly OpenRequest[]) => told.push(open),
  });
  const refill = await desk.plan(REFILL);
  await desk.plan({ from_wallet: "hot", to_wallet: "cellar" });
  const state = { ...newState(), leader_fence: 1 };
  const deps = desk.deps as DaemonDeps;
  await rememberOpen(deps, state);
  await rememberOpen(deps, state);
  expect(told).toEqual([[{ reference: refill.id, signing: null, prepared: null, expires_at: refill.plan.expires_at }]]);
  state.leader_fence = 2;
  await rememberOpen(deps, state);
  expect(told).toHaveLength(2);
});
