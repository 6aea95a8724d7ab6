/** People, their public keys, and the quorum tiers: custody never pays without one that can be met. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { AuthorityPolicy, Person, PersonKey, QuorumTier } from "../authority/types.ts";
import { checkAddress } from "./addresses.ts";
import type { ResolveContext } from "./context.ts";
import type { Path } from "./document.ts";
import { readReference, readSecret } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { ApiConfig } from "./types.ts";
import { parseAmount, parseDuration } from "./values.ts";

type KeyEntry = ConfigFile["people"][number]["keys"][number];
type TierEntry = ConfigFile["quorum"]["tiers"][number];

const TOKEN_LENGTH_MIN = 20;
/** As descriptors write it (BIP 380), hardened steps with `h`. */
const COSIGNER_KEY = /^\[[0-9a-f]{8}(?:\/\d{1,9}h)*\][xt]pub[1-9A-HJ-NP-Za-km-z]{100,112}$/;

export function resolveAuthority(context: ResolveContext): AuthorityPolicy {
  const { file, checker } = context;
  checker.unique(
    ["people"],
    "person",
    file.people.map((person) => person.id),
  );
  const people = file.people.map((entry, at): Person => {
    const keys = entry.keys.map((key, key_at) => resolveKey(key, ["people", at, "keys", key_at], context));
    return {
      id: entry.id,
      name: entry.name ?? entry.id,
      roles: entry.roles,
      keys: keys.filter((key) => key !== null),
    };
  });
  checkKeysDistinct(people, context);
  const tiers = file.quorum.tiers.map((tier, at) => resolveTier(tier, ["quorum", "tiers", at], people, context));
  checkCustodyNeedsQuorum(tiers, context);
  const approval_lifetime_ms = checker.attempt(["quorum", "approval_lifetime"], () =>
    parseDuration(file.quorum.approval_lifetime),
  );
  return { people, tiers, approval_lifetime_ms: approval_lifetime_ms ?? 0 };
}

function resolveKey(entry: KeyEntry, path: Path, context: ResolveContext): PersonKey | null {
  const { checker, references } = context;
  const at: Path = [...path, "public_key"];
  const text = readReference(entry.public_key, at, references);
  if (text === null) return null;
  if (entry.scheme === "eip712_safe") {
    if (checker.attempt(at, () => checkAddress("ethereum", text) ?? true) === null) return null;
    return { key_id: entry.key_id ?? `${entry.scheme}:${text}`, scheme: entry.scheme, public_key: text };
  }
  if (entry.scheme === "psbt") {
    if (!COSIGNER_KEY.test(text)) {
      const message = "A cosigner's key is an extended public key with its origin: [d34db33f/48h/0h/0h/2h]xpub….";
      checker.problem(at, "config_key_malformed", message);
      return null;
    }
    return { key_id: entry.key_id ?? `${entry.scheme}:${text.slice(1, 9)}`, scheme: entry.scheme, public_key: text };
  }
  if (!/^[0-9a-f]{64}$/.test(text)) {
    checker.problem(at, "config_key_malformed", "An Ed25519 public key is 32 bytes in lower-case hex.");
    return null;
  }
  return { key_id: entry.key_id ?? `${entry.scheme}:${text}`, scheme: entry.scheme, public_key: text };
}

/** One credential is one person: a key that two people share would let one of them vote twice. */
function checkKeysDistinct(people: readonly Person[], { checker }: ResolveContext): void {
  const owners = new Map<string, string>();
  people.forEach((person, at) => {
    for (const key of person.keys) {
      const owner = owners.get(key.public_key.toLowerCase());
      if (owner !== undefined) {
        const message = `${person.id} has the same key as ${owner}; every key belongs to one person, once.`;
        checker.problem(["people", at, "keys"], "config_duplicate_id", message);
      }
      owners.set(key.public_key.toLowerCase(), person.id);
    }
  });
}

function resolveTier(
  entry: TierEntry,
  path: Path,
  people: readonly Person[],
  { checker, assets }: ResolveContext,
): QuorumTier {
  const able = people.filter((person) => person.roles.some((role) => entry.roles.includes(role)));
  if (able.length < entry.approvals_needed) {
    checker.problem(
      [...path, "approvals_needed"],
      "config_quorum_impossible",
      `${entry.approvals_needed} approvals are needed and only ${able.length} people have the role ${entry.roles.join(" or ")}.`,
    );
  }
  const tier = { direction: entry.direction, approvals_needed: entry.approvals_needed, roles: entry.roles };
  if (entry.from === 0) return { ...tier, asset: "*", from_amount: 0n };
  const text = entry.from;
  const name = text.trim().split(/\s+/)[1] ?? "";
  const asset = assets.get(name);
  if (asset === undefined) {
    checker.problem(
      [...path, "from"],
      "config_amount_malformed",
      `"${text}" is not an amount of a configured asset; write 0, or an amount like 100000 USDT.`,
    );
    return { ...tier, asset: "*", from_amount: 0n };
  }
  return {
    ...tier,
    asset: name,
    from_amount: checker.attempt([...path, "from"], () => parseAmount(text, asset)) ?? 0n,
  };
}

/** Missing never means "no approvals": every asset with a pool needs a tier from 0 for leaving custody. */
function checkCustodyNeedsQuorum(tiers: readonly QuorumTier[], { file, checker }: ResolveContext): void {
  for (const asset of new Set(file.pools.map((pool) => pool.asset))) {
    const covered = tiers.some(
      (tier) =>
        tier.direction === "reserve_to_liquidity" &&
        tier.from_amount === 0n &&
        (tier.asset === "*" || tier.asset === asset),
    );
    if (covered) continue;
    checker.problem(
      ["quorum", "tiers"],
      "config_quorum_missing",
      `Nothing says how many people let ${asset} out of custody; add a tier with direction reserve_to_liquidity and from: 0.`,
    );
  }
}

/** Bearer tokens by their hash; a token itself stands in the environment or in a file. */
export function resolveTokens(context: ResolveContext): ApiConfig["tokens"] {
  const { file, checker, references } = context;
  const people = file.people.map((person) => person.id);
  return file.api.tokens.flatMap((entry, at) => {
    const path: Path = ["api", "tokens", at];
    checker.refers([...path, "person"], "person", entry.person, people);
    const hash = { person: entry.person, roles: entry.roles };
    if (entry.sha256 !== undefined) return [{ ...hash, sha256: entry.sha256 }];
    if (entry.token === undefined) {
      checker.problem(path, "config_missing_key", 'A token needs "token" (env: or file:) or "sha256".');
      return [];
    }
    const token = readSecret(entry.token, [...path, "token"], references);
    if (token === null) return [];
    if (token.length < TOKEN_LENGTH_MIN) {
      const message = `A token needs at least ${TOKEN_LENGTH_MIN} characters of chance.`;
      checker.problem([...path, "token"], "config_key_malformed", message);
      return [];
    }
    return [{ ...hash, sha256: bytesToHex(sha256(utf8ToBytes(token))) }];
  });
}
