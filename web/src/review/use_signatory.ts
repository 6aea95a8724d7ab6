/** Where the key of a vote comes from: a file that the person chooses, or, in a sandbox, a demo identity. */
import { actions } from "../api/actions.ts";
import type { Person } from "../shell/identity.tsx";
import { openSeed, type SigningKey } from "../sign/ed25519.ts";
import { openKeyFile } from "../sign/key_file.ts";
import type { Signatory } from "../sign/vote.ts";

/** The registered key that this public key is. */
export function registeredKey(
  people: readonly Person[],
  public_key: string,
): { person: Person; key_id: string } | null {
  for (const person of people) {
    const key = person.keys.find((candidate) => sameHex(candidate.public_key, public_key));
    if (key) return { person, key_id: key.key_id };
  }
  return null;
}

function sameHex(a: string, b: string): boolean {
  const plain = (hex: string): string => hex.toLowerCase().replace(/^0x/, "");
  return plain(a) === plain(b);
}

/** @throws Error with a sentence for the person */
export async function fromFile(file: File, people: readonly Person[]): Promise<Signatory> {
  const key = await openKeyFile(await file.text());
  return asSignatory(key, people);
}

function asSignatory(key: SigningKey, people: readonly Person[]): Signatory {
  const owner = registeredKey(people, key.public_key);
  if (!owner) throw new Error("This key belongs to nobody who may approve here.");
  return { person_id: owner.person.id, key_id: owner.key_id, key };
}

/** Sandbox only: the demo key of `person`. @throws Error with a sentence for the person */
export async function fromSandbox(person: Person): Promise<Signatory> {
  const demo = await actions.sandboxKey(person.id);
  const registered = person.keys.find((key) => key.key_id === demo.key_id);
  if (!registered) throw new Error(`The demo key of ${person.name} is not registered.`);
  const key = await openSeed(demo.private_key, registered.public_key);
  return { person_id: person.id, key_id: demo.key_id, key };
}
