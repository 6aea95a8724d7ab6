export type { KomainuUser } from "./auth.ts";
export { type KomainuServer, type KomainuServerOptions, startKomainuServer } from "./server.ts";
export type { KomainuAsset, KomainuWallet } from "./types.ts";
