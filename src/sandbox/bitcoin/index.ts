/** A local Bitcoin chain: a real node in regtest, for the demonstration and for tests. */
export { findBitcoind, type NodeProgram } from "./binary.ts";
export { type BuiltBitcoinStage, buildBitcoinStage } from "./demo_stage.ts";
export { type BitcoinStory, tellBitcoinStory } from "./demo_story.ts";
export { type BitcoinNode, type BitcoinNodeOptions, startBitcoind } from "./node.ts";
export type { NodePackage } from "./packages.ts";
