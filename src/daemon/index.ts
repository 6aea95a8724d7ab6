export { outsideOf } from "./history.ts";
export { readStanding } from "./log_standing.ts";
export { createTreasury, type RunnableTreasury } from "./treasury.ts";
export type * from "./types.ts";
