/**
 * The Merkle tree of RFC 6962 section 2.1: leaves hashed under 0x00, nodes under 0x01, so that neither can pass for the other.
 * A log of any length grows through its frontier, the roots of its perfect subtrees; proofs are made from the leaf hashes.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { assert } from "../errors/index.ts";

/** 32 bytes. */
export type Hash = Uint8Array;

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);
/** Root of the tree without leaves: the hash of nothing. */
export const EMPTY_ROOT: Hash = sha256(new Uint8Array());

export function leafHash(data: Uint8Array): Hash {
  return sha256.create().update(LEAF_PREFIX).update(data).digest();
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256.create().update(NODE_PREFIX).update(left).update(right).digest();
}

/** What has to be kept to append: the number of leaves and the roots of the perfect subtrees, the largest first. */
export interface Frontier {
  readonly size: number;
  readonly nodes: readonly Hash[];
}

export const EMPTY_FRONTIER: Frontier = { size: 0, nodes: [] };

/** The frontier with one more leaf; as many nodes are joined as the old size ends in binary ones. */
export function appendLeaf(frontier: Frontier, leaf: Hash): Frontier {
  const nodes = [...frontier.nodes];
  let node = leaf;
  for (let rest = frontier.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = nodes.pop();
    assert(left !== undefined, "a frontier has a node for every one bit of its size");
    node = nodeHash(left, node);
  }
  return { size: frontier.size + 1, nodes: [...nodes, node] };
}

export function frontierRoot(frontier: Frontier): Hash {
  const [last, ...before] = [...frontier.nodes].reverse();
  if (last === undefined) return EMPTY_ROOT;
  return before.reduce((right, left) => nodeHash(left, right), last);
}

/** True when the number of nodes fits the size: one for every one bit. */
export function isFrontier(frontier: Frontier): boolean {
  let ones = 0;
  for (let rest = frontier.size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return Number.isSafeInteger(frontier.size) && frontier.size >= 0 && frontier.nodes.length === ones;
}

export function merkleRoot(leaves: readonly Hash[]): Hash {
  return leaves.length === 0 ? EMPTY_ROOT : subtreeRoot(leaves, 0, leaves.length);
}

/** The audit path of a leaf, from its sibling upwards. */
export function inclusionProof(leaves: readonly Hash[], index: number): Hash[] {
  assert(Number.isSafeInteger(index) && index >= 0 && index < leaves.length, "the leaf is in the tree");
  return path(leaves, index, 0, leaves.length);
}

export interface InclusionClaim {
  readonly leaf: Hash;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Hash[];
  readonly root: Hash;
}

/** RFC 9162 section 2.1.3.2. */
export function verifyInclusion(claim: InclusionClaim): boolean {
  const { leaf, index, size, proof, root } = claim;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let hash = leaf;
  const top = climb(index, size - 1, proof, (sibling, side) => {
    hash = side === "left" ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  });
  return top && sameHash(hash, root);
}

/** That the tree of the first `first` leaves is a prefix of the tree of all. */
export function consistencyProof(leaves: readonly Hash[], first: number): Hash[] {
  assert(Number.isSafeInteger(first) && first >= 0 && first <= leaves.length, "the first tree is in the second");
  if (first === 0 || first === leaves.length) return [];
  return subproof((from, to) => subtreeRoot(leaves, from, to), first, 0, leaves.length, true);
}

/** The same proof from the tree of then and the leaves since: what it names of the old tree are perfect subtrees of it. */
export function consistencySince(then: Frontier, since: readonly Hash[]): Hash[] {
  assert(isFrontier(then), "the tree of then is whole");
  const second = then.size + since.length;
  if (then.size === 0 || since.length === 0) return [];
  const old = new Map<string, Hash>();
  let from = 0;
  for (const [at, size] of perfectSizes(then.size).entries()) {
    old.set(`${from}/${from + size}`, then.nodes[at] as Hash);
    from += size;
  }
  const root = (start: number, end: number): Hash => {
    if (start >= then.size) return subtreeRoot(since, start - then.size, end - then.size);
    const node = old.get(`${start}/${end}`);
    assert(node !== undefined, "a proof names perfect subtrees of the old tree alone");
    return node;
  };
  return subproof(root, then.size, 0, second, true);
}

/** Sizes of the perfect subtrees, the largest first. */
function perfectSizes(size: number): number[] {
  const sizes: number[] = [];
  let bit = 1;
  while (bit * 2 <= size) bit *= 2;
  for (let rest = size; bit >= 1; bit /= 2) {
    if (rest < bit) continue;
    sizes.push(bit);
    rest -= bit;
  }
  return sizes;
}

export interface ConsistencyClaim {
  readonly first: number;
  readonly second: number;
  readonly first_root: Hash;
  readonly second_root: Hash;
  readonly proof: readonly Hash[];
}

/** RFC 9162 section 2.1.4.2; the empty tree is a prefix of every tree. */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { first, second, first_root, second_root } = claim;
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 0 || first > second) return false;
  if (first === second) return claim.proof.length === 0 && sameHash(first_root, second_root);
  if (first === 0) return claim.proof.length === 0 && sameHash(first_root, EMPTY_ROOT);
  const [start, ...proof] = isPowerOfTwo(first) ? [first_root, ...claim.proof] : claim.proof;
  if (start === undefined) return false;
  let [position, last] = [first - 1, second - 1];
  while (position % 2 === 1) [position, last] = [half(position), half(last)];
  let [old_hash, new_hash] = [start, start];
  const top = climb(position, last, proof, (node, side) => {
    if (side === "left") [old_hash, new_hash] = [nodeHash(node, old_hash), nodeHash(node, new_hash)];
    else new_hash = nodeHash(new_hash, node);
  });
  return top && sameHash(old_hash, first_root) && sameHash(new_hash, second_root);
}

export function sameHash(a: Hash, b: Hash): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Walks a proof from a node to the top, telling for each step on which side the other node is; false when it ends elsewhere. */
function climb(
  from: number,
  end: number,
  proof: readonly Hash[],
  join: (node: Hash, side: "left" | "right") => void,
): boolean {
  let [position, last] = [from, end];
  for (const node of proof) {
    if (last === 0) return false;
    const side = position % 2 === 1 || position === last ? "left" : "right";
    join(node, side);
    if (side === "left") while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    [position, last] = [half(position), half(last)];
  }
  return last === 0;
}

function subtreeRoot(leaves: readonly Hash[], from: number, to: number): Hash {
  if (to - from === 1) return at(leaves, from);
  const split = from + splitOf(to - from);
  return nodeHash(subtreeRoot(leaves, from, split), subtreeRoot(leaves, split, to));
}

function path(leaves: readonly Hash[], index: number, from: number, to: number): Hash[] {
  if (to - from === 1) return [];
  const split = from + splitOf(to - from);
  return index < split
    ? [...path(leaves, index, from, split), subtreeRoot(leaves, split, to)]
    : [...path(leaves, index, split, to), subtreeRoot(leaves, from, split)];
}

/** `whole`: the old tree is this very subtree, so its root is known to the verifier. */
function subproof(
  root: (from: number, to: number) => Hash,
  first: number,
  from: number,
  to: number,
  whole: boolean,
): Hash[] {
  if (from + first === to) return whole ? [] : [root(from, to)];
  const size = splitOf(to - from);
  const split = from + size;
  return first <= size
    ? [...subproof(root, first, from, split, whole), root(split, to)]
    : [...subproof(root, first - size, split, to, false), root(from, split)];
}

/** Largest power of two below `count`. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function isPowerOfTwo(value: number): boolean {
  let rest = value;
  while (rest % 2 === 0) rest /= 2;
  return rest === 1;
}

function at(leaves: readonly Hash[], index: number): Hash {
  const leaf = leaves[index];
  assert(leaf !== undefined, "the leaf is in the tree");
  return leaf;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
