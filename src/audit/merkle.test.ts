import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  appendLeaf,
  consistencyProof,
  EMPTY_FRONTIER,
  EMPTY_ROOT,
  frontierRoot,
  type Hash,
  inclusionProof,
  isFrontier,
  leafHash,
  merkleRoot,
  verifyConsistency,
  verifyInclusion,
} from "./merkle.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

/** The eight inputs and the roots of their prefixes that implementations of RFC 6962 test against. */
const INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const LEAVES = INPUTS.map((text) => leafHash(bytes(text)));
const numbered = (count: number): Hash[] =>
  Array.from({ length: count }, (_, i) => leafHash(Uint8Array.of(i >> 8, i & 255)));
const flipped = (hash: Hash): Hash => hash.map((byte, index) => (index === 0 ? byte ^ 1 : byte));

/** The definition of RFC 6962 section 2.1, word for word and without any cleverness. */
function definition(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return createHash("sha256").digest();
  const [only] = leaves;
  if (leaves.length === 1 && only) return only;
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  const [left, right] = [definition(leaves.slice(0, k)), definition(leaves.slice(k))];
  return createHash("sha256")
    .update(Buffer.from([1]))
    .update(left)
    .update(right)
    .digest();
}

describe("Merkle tree of RFC 6962", () => {
  it.each(ROOTS.map((root, size) => [size, root] as const))("has the known root at size %i", (size, root) => {
    expect(hex(merkleRoot(LEAVES.slice(0, size)))).toBe(root);
  });

  it("gives the known inclusion and consistency proofs", () => {
    expect(inclusionProof(LEAVES, 0).map(hex)).toEqual([
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]);
    expect(consistencyProof(LEAVES, 6).map(hex)).toEqual([
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
  });

  it("is what the definition says at every size, built at once or leaf by leaf", () => {
    const leaves = numbered(130);
    let frontier = EMPTY_FRONTIER;
    expect(frontierRoot(frontier)).toEqual(EMPTY_ROOT);
    for (const [index, leaf] of leaves.entries()) {
      frontier = appendLeaf(frontier, leaf);
      const expected = hex(definition(leaves.slice(0, index + 1)));
      expect(hex(frontierRoot(frontier))).toBe(expected);
      expect(hex(merkleRoot(leaves.slice(0, index + 1)))).toBe(expected);
      expect(isFrontier(frontier)).toBe(true);
      expect(isFrontier({ ...frontier, size: frontier.size + 2 ** 40 })).toBe(false);
    }
  });

  it("proves every leaf of every tree up to 40, and nothing else", () => {
    for (let size = 1; size <= 40; size += 1) {
      const leaves = numbered(size);
      const root = merkleRoot(leaves);
      for (const [index, leaf] of leaves.entries()) {
        const proof = inclusionProof(leaves, index);
        const claim = { leaf, index, size, proof, root };
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: flipped(leaf) })).toBe(false);
        expect(verifyInclusion({ ...claim, root: flipped(root) })).toBe(false);
        expect(verifyInclusion({ ...claim, index: index + 1 })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, leaf] })).toBe(false);
        if (size > 1) expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
      }
    }
  });

  it("proves that every prefix is a prefix, and nothing else", () => {
    for (let second = 1; second <= 40; second += 1) {
      const leaves = numbered(second);
      const second_root = merkleRoot(leaves);
      for (let first = 0; first <= second; first += 1) {
        const first_root = merkleRoot(leaves.slice(0, first));
        const proof = consistencyProof(leaves, first);
        const claim = { first, second, first_root, second_root, proof };
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, first_root: flipped(first_root) })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: [...proof, first_root] })).toBe(false);
        if (first > 0) expect(verifyConsistency({ ...claim, second_root: flipped(second_root) })).toBe(false);
        if (proof.length > 0) expect(verifyConsistency({ ...claim, proof: proof.slice(1) })).toBe(false);
      }
    }
  });

  it("shows a rewritten history: no proof leads from the old root to it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), fc.nat(), fc.nat(), (size, a, b) => {
        const leaves = numbered(size);
        const first = 1 + (a % (size - 1));
        const forged = leaves.map((leaf, index) => (index === b % first ? flipped(leaf) : leaf));
        const claim = { first, second: size, first_root: merkleRoot(leaves.slice(0, first)) };
        const proof = consistencyProof(forged, first);
        expect(verifyConsistency({ ...claim, second_root: merkleRoot(forged), proof })).toBe(false);
      }),
    );
  });

  it.each([Number.NaN, -1, 1.5, 3])("refuses the index %d in a tree of 3", (index) => {
    const leaves = numbered(3);
    expect(() => inclusionProof(leaves, index)).toThrow("in the tree");
    const claim = { leaf: leaves[0] ?? EMPTY_ROOT, index, size: 3, proof: [], root: merkleRoot(leaves) };
    expect(verifyInclusion(claim)).toBe(false);
  });

  it("never takes a node for a leaf", () => {
    const [a, b] = numbered(2);
    expect(hex(leafHash(Buffer.concat([a ?? EMPTY_ROOT, b ?? EMPTY_ROOT])))).not.toBe(hex(merkleRoot(numbered(2))));
  });
});
