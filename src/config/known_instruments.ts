/** Decimals of instruments that are known to everyone: a configuration that says otherwise is wrong, not different. */

interface KnownInstrument {
  readonly network: string;
  /** Null: the coin of the chain. */
  readonly contract: string | null;
  readonly symbol: string;
  readonly decimals: number;
}

/** Read from the token contracts' `decimals()` and the chains' own documentation. */
const KNOWN: readonly KnownInstrument[] = [
  { network: "bitcoin", contract: null, symbol: "BTC", decimals: 8 },
  { network: "ethereum", contract: null, symbol: "ETH", decimals: 18 },
  { network: "tron", contract: null, symbol: "TRX", decimals: 6 },
  { network: "solana", contract: null, symbol: "SOL", decimals: 9 },
  { network: "ethereum", contract: "0xdAC17F958D2ee523a2206206994597C13D831ec7", symbol: "USDT", decimals: 6 },
  { network: "ethereum", contract: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", symbol: "USDC", decimals: 6 },
  { network: "ethereum", contract: "0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599", symbol: "WBTC", decimals: 8 },
  { network: "tron", contract: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", symbol: "USDT", decimals: 6 },
  { network: "bsc", contract: "0x55d398326f99059fF775485246999027B3197955", symbol: "USDT", decimals: 18 },
];

/** The known instrument of a network and contract, or null when this one is not known. */
export function knownInstrument(network: string, contract: string | null): KnownInstrument | null {
  const wanted = contract?.toLowerCase() ?? null;
  return KNOWN.find((item) => item.network === network && (item.contract?.toLowerCase() ?? null) === wanted) ?? null;
}
