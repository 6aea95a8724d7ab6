/** Events of what people decide about wallets; part of `payloads.ts`. */
import type { Json } from "../store/port.ts";

export type WalletPayloads = {
  /** What a wallet may do changed: people suspended it, or their quorum activated or archived it. */
  "wallet.standing": {
    readonly wallet_id: string;
    readonly asset: string;
    readonly from_state: string | null;
    readonly to_state: string;
    readonly reason: string;
    readonly proposal_id: string | null;
  };
  /** A proposal of people about a wallet, when it is made and when it ends. */
  "wallet.proposal": {
    readonly wallet_id: string;
    readonly asset: string;
    readonly what: string;
    readonly proposal_id: string;
    readonly state: string;
    /** With what `balance`. */
    readonly amount: string | null;
    readonly as_of: number | null;
    readonly digest: string;
    readonly evidence: string;
    /** Everything that is approved: the bytes behind `digest`. */
    readonly terms: Json;
    readonly approvals: readonly string[];
  };
  /** A venue was asked to open a holding. */
  "wallet.opened": {
    readonly wallet_id: string;
    readonly venue_id: string;
    readonly asset: string;
    readonly network: string;
    readonly outcome: string;
    readonly account: string | null;
    readonly message: string;
  };
};
