/** One dialect per kind of sandbox venue. */

import { ChainDialect } from "./chain.ts";
import { CustodianDialect } from "./custodian.ts";
import { ExchangeDialect } from "./exchange.ts";
import type { Dialect, SandboxVenueOptions } from "./types.ts";

export function createDialect({ kind, secrets, assets }: SandboxVenueOptions): Dialect {
  switch (kind) {
    case "exchange":
      return new ExchangeDialect(secrets, assets);
    case "chain":
      return new ChainDialect(secrets, assets);
    case "custodian":
      return new CustodianDialect(secrets, assets, false);
    case "custodian_with_approval":
      return new CustodianDialect(secrets, assets, true);
  }
}
