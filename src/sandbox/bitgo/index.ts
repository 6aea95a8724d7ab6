export type { BitgoUser } from "./auth.ts";
export { type BitgoServer, type BitgoServerOptions, startBitgoServer } from "./server.ts";
export type { BitgoCoin, BitgoTransfer, BitgoWallet } from "./types.ts";
export { PolicyAsker } from "./webhooks.ts";
export type { BitgoWorld } from "./world.ts";
