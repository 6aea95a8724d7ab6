/** Which witnesses a reader trusts, and how far into the log each of them signed. */
import type { SignatureVerifier } from "../authority/types.ts";
import { parseWitnessKey, verifyCosignature, type WitnessKey } from "./cosignature.ts";

export interface Cosigner {
  readonly name: string;
  /** Events of the largest checkpoint that it signed; null: none of them. */
  readonly size: number | null;
  /** When it signed that one, by its own clock, in Unix seconds. */
  readonly time_s: number | null;
}

/** What a reader asks of witnesses. */
export interface CosignerDemand {
  /** Keys of witnesses that the reader trusts, from whoever runs them. @see witnessKey */
  readonly witnesses?: readonly string[];
  /** So many of them must have signed the last checkpoint; absent: all. */
  readonly required?: number;
}

/** Looks at checkpoints that hold, in order. A signature of a witness that nobody named is worth nothing. */
export class Cosigners {
  readonly #verifier: SignatureVerifier;
  readonly #keys: readonly WitnessKey[];
  readonly #seen = new Map<string, { readonly size: number; readonly time_s: number }>();
  readonly required: number;

  /** @throws AuditError audit_note_malformed for a key that is none */
  constructor({ witnesses = [], required }: CosignerDemand, verifier: SignatureVerifier) {
    // Named twice, or by two names, a key is still one witness.
    const keys = witnesses.map(parseWitnessKey).map((key) => [key.public_key, key] as const);
    this.#keys = [...new Map(keys.toReversed()).values()].toReversed();
    this.#verifier = verifier;
    this.required = required ?? this.#keys.length;
  }

  async look(note: string, size: number): Promise<void> {
    for (const key of this.#keys) {
      const time_s = await verifyCosignature(note, key, this.#verifier);
      if (time_s !== null) this.#seen.set(key.public_key, { size, time_s });
    }
  }

  list(): readonly Cosigner[] {
    return this.#keys.map(({ name, public_key }) => {
      const { size = null, time_s = null } = this.#seen.get(public_key) ?? {};
      return { name, size, time_s };
    });
  }

  /** Those that signed the checkpoint of this size. */
  countAt(size: number): number {
    return this.list().filter((one) => one.size === size).length;
  }

  /** Why too few of them signed it; null when enough did. */
  shortfallAt(size: number): string | null {
    const count = this.countAt(size);
    if (count >= this.required) return null;
    const silent = this.list().filter((one) => one.size !== size);
    const names = silent.map((one) => `${one.name} (${one.size === null ? "none" : `up to event ${one.size}`})`);
    return `The last checkpoint, of ${size} events, was cosigned by ${count} of the ${this.required} witnesses that it needs. Missing: ${names.join(", ") || "no other is named"}.`;
  }
}
