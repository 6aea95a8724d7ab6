/**
 * A wallet whose own owners sign each payment, as a Safe does: a request binds a nonce, whoever holds enough signatures can execute
 * it until that nonce is used, and that somebody calls it off changes nothing about what was signed.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import type { Person } from "../authority/types.ts";
import { digestOf } from "../digest/index.ts";
import type { SigningRequest, TransferPlan } from "../transfers/types.ts";
import type { OwnerSignature, SignaturesStanding } from "../venues/port.ts";
import type { Effect } from "./world_types.ts";

export const SIGNATURES_NEEDED = 2;

/** What the owners see and sign. */
export interface OwnerRequest {
  readonly plan_id: string;
  readonly account: string;
  readonly nonce: number;
  readonly to_address: string;
  readonly network: string;
  readonly amount: string;
  readonly fee_max: string;
}

/** A signature here is a hash of key and message: enough to tell genuine from forged, and quick. */
export function simulatedSignature(public_key: string, message: Uint8Array): string {
  return bytesToHex(sha256(new TextEncoder().encode(`${public_key}/${bytesToHex(message)}`)));
}

export function ownerKeyOf(person_id: string): string {
  return digestOf("request", `owner ${person_id}`);
}

export class Owners {
  readonly #keys: readonly string[];
  /** The next nonce of each account. */
  readonly #nonces = new Map<string, number>();
  readonly #requests = new Map<string, OwnerRequest>();

  constructor(people: readonly Pick<Person, "id">[]) {
    this.#keys = people.map(({ id }) => ownerKeyOf(id));
  }

  nonce(account: string): number {
    return this.#nonces.get(account) ?? 0;
  }

  /** Used by this payment, by another one, or by a payment of nothing that the owners made for that. */
  use(account: string): void {
    this.#nonces.set(account, this.nonce(account) + 1);
  }

  /** Freezes the nonce of now. */
  request(plan: TransferPlan): SigningRequest {
    const { wallet: account } = plan.from;
    const request: OwnerRequest = {
      ...{ plan_id: plan.id, account, nonce: this.nonce(account), to_address: plan.to.address },
      ...{ network: plan.network, amount: plan.amount, fee_max: plan.fee_max },
    };
    const hash = `0x${digestOf("request", request)}`;
    this.#requests.set(hash, request);
    return { scheme: "eip712_safe", hash, typed_data: request };
  }

  requested(hash: string): OwnerRequest | undefined {
    return this.#requests.get(hash);
  }

  /** Owners among those who signed. */
  signed(hash: string, signatures: readonly OwnerSignature[]): number {
    const message = hexToBytes(hash.replace(/^0x/, ""));
    const genuine = (key: string) => simulatedSignature(key, message);
    return this.#keys.filter((key) => signatures.some(({ signature }) => signature === genuine(key))).length;
  }

  /** Why nobody can execute it; null when these signatures are enough. */
  problem(hash: string, signatures: readonly OwnerSignature[]): string | null {
    const request = this.requested(hash);
    if (request === undefined) return "unknown request";
    if (request.nonce !== this.nonce(request.account)) return "its nonce is used";
    return this.signed(hash, signatures) < SIGNATURES_NEEDED ? "too few owners signed" : null;
  }

  standing(hash: string, signatures: readonly OwnerSignature[], effects: readonly Effect[]): SignaturesStanding {
    const request = this.requested(hash);
    const executed = effects.find(({ plan_id }) => plan_id === request?.plan_id);
    if (executed?.status === "failed") return { standing: "worthless", reason: "its execution failed" };
    if (executed !== undefined) return { standing: "executed", tx_hash: executed.tx_hash };
    if (request === undefined || request.nonce !== this.nonce(request.account)) {
      return { standing: "worthless", reason: "another payment used its nonce" };
    }
    const signed = this.signed(hash, signatures);
    if (signed < SIGNATURES_NEEDED) return { standing: "too_few", signed, needed: SIGNATURES_NEEDED };
    return { standing: "executable", remedy: `Use nonce ${request.nonce} for something else.` };
  }
}
