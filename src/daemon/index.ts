export { outsideOf } from "./history.ts";
export { createTreasury, type RunnableTreasury } from "./treasury.ts";
export type * from "./types.ts";
