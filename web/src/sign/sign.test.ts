import { createHash, generateKeyPairSync, sign as nodeSign } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, fromHex, type JsonValue, sha256Hex, toHex } from "./canonical.ts";
import { openSeed } from "./ed25519.ts";
import { openKeyFile, parseKeyFile } from "./key_file.ts";
import { checkPayload, payloadDigest, signVote, type VotePayload, voteMessage } from "./vote.ts";

/** RFC 8032, section 7.1, test 2. */
const SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
const PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
const SIGNATURE =
  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

const PAYLOAD: VotePayload = { object_kind: "transfer", object_id: "tr_1", digest: "ab".repeat(32), vote: "approve" };

describe("canonicalJson", () => {
  it("writes the example of RFC 8785", () => {
    const value = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it("sorts members by UTF-16 code units", () => {
    expect(canonicalJson({ "\u20ac": 1, "\r": 2, "1": 3, "\ud83d\ude00": 4, "\ufb33": 5 })).toBe(
      '{"\\r":2,"1":3,"\u20ac":1,"\ud83d\ude00":4,"\ufb33":5}',
    );
  });

  it("is stable: writing what it wrote changes nothing", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value as JsonValue);
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
      }),
    );
  });
});

describe("hex", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
    expect(fromHex("0xAB")).toEqual(new Uint8Array([0xab]));
    expect([fromHex("abc"), fromHex("zz")]).toEqual([null, null]);
  });
});

describe("Ed25519 in the browser's crypto", () => {
  it("signs the vector of RFC 8032", async () => {
    const key = await openSeed(SEED, PUBLIC);
    expect(await key.sign(new Uint8Array([0x72]))).toBe(SIGNATURE);
  });

  it("agrees with another implementation on any message", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const jwk = privateKey.export({ format: "jwk" });
    const hex = (text: string | undefined): string => Buffer.from(text ?? "", "base64url").toString("hex");
    const key = await openSeed(hex(jwk.d), hex(jwk.x));
    const message = new TextEncoder().encode("tidegate");
    expect(await key.sign(message)).toBe(nodeSign(null, message, privateKey).toString("hex"));
  });

  it("refuses a public key that belongs to another", async () => {
    const other = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    await expect(openSeed(SEED, other)).rejects.toThrow("does not belong");
  });

  it.each([
    ["12", PUBLIC, "private key must be 32 bytes"],
    [SEED, "12", "public key must be 32 bytes"],
  ])("refuses a key of the wrong length", async (seed, publicKey, sentence) => {
    await expect(openSeed(seed, publicKey)).rejects.toThrow(sentence);
  });
});

describe("the key file", () => {
  const text = JSON.stringify({ scheme: "ed25519", public_key: PUBLIC, private_key: SEED });

  it("opens", async () => {
    expect((await openKeyFile(text)).public_key).toBe(PUBLIC);
  });

  it.each([
    ["not json", "This is not a key file"],
    ["null", "This is not a key file"],
    ['{"scheme":"eip712_safe"}', 'its "scheme" must be "ed25519"'],
    ['{"scheme":"ed25519","public_key":"x"}', 'lacks "public_key" or "private_key"'],
    [" ".repeat(5_000), "too large"],
  ])("says what is wrong with %j", (broken, sentence) => {
    expect(() => parseKeyFile(broken)).toThrow(sentence);
  });
});

describe("a key in PEM", () => {
  /** The seed above, as `openssl genpkey -algorithm ed25519` writes one. */
  const PEM_TEXT = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7
-----END PRIVATE KEY-----
`;

  it("opens as what it is, with the public half that it does not say", async () => {
    const key = await openKeyFile(PEM_TEXT);
    expect([key.public_key, await key.sign(new Uint8Array([0x72]))]).toEqual([PUBLIC, SIGNATURE]);
  });

  it("opens as its seed alone in hex, as the command line does", async () => {
    expect((await openKeyFile(`${SEED}\n`)).public_key).toBe(PUBLIC);
  });

  it("opens as any other program wrote it, with another line end and text before it", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString().replaceAll("\n", "\r\n");
    const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
    expect((await openKeyFile(`ED25519 Private-Key:\n${pem}`)).public_key).toBe(raw);
  });

  const ofType = (type: "x25519" | "ed25519", cipher?: { cipher: string; passphrase: string }): string =>
    generateKeyPairSync(type as "ed25519")
      .privateKey.export({ format: "pem", type: "pkcs8", ...cipher })
      .toString();

  it.each([
    ["a public key", PEM_TEXT.replaceAll("PRIVATE", "PUBLIC"), "the public half"],
    [
      "a key under a passphrase",
      ofType("ed25519", { cipher: "aes-256-cbc", passphrase: "x" }),
      "locked with a passphrase",
    ],
    ["a key of another kind", ofType("x25519"), "no Ed25519 private key"],
    ["a certificate", PEM_TEXT.replaceAll("PRIVATE KEY", "CERTIFICATE"), "no Ed25519 private key"],
    ["a key that was cut", PEM_TEXT.replace("GfNau", ""), "no Ed25519 private key"],
    ["half a file", PEM_TEXT.slice(0, 70), "damaged"],
  ])("says what is wrong with %s", (_, text, sentence) => {
    expect(() => parseKeyFile(text)).toThrow(sentence);
  });
});

describe("a vote", () => {
  it("is signed over the canonical payload under its own domain", async () => {
    const key = await openSeed(SEED, PUBLIC);
    const vote = await signVote(PAYLOAD, voteMessage(PAYLOAD), { person_id: "ana", key_id: "ana-1", key });
    expect(voteMessage(PAYLOAD)).toBe(
      `tidegate/vote/v1\n{"digest":"${"ab".repeat(32)}","object_id":"tr_1","object_kind":"transfer","vote":"approve"}`,
    );
    expect(vote.signature).toBe(await key.sign(new TextEncoder().encode(voteMessage(PAYLOAD))));
    expect(JSON.stringify(vote)).not.toContain(SEED);
  });

  it("is not signed when the server's text is about anything else", async () => {
    const key = await openSeed(SEED, PUBLIC);
    const denial = voteMessage({ ...PAYLOAD, vote: "deny" });
    await expect(signVote(PAYLOAD, denial, { person_id: "ana", key_id: "ana-1", key })).rejects.toThrow(
      "Nothing was signed",
    );
  });
});

describe("what the server claims", () => {
  const text = '{"amount":"1","id":"tr_1"}';
  const digest = createHash("sha256").update(`tidegate/transfer/v1\n${text}`).digest("hex");

  it("is recomputed", async () => {
    expect(await payloadDigest("transfer", text)).toBe(digest);
    expect(await sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(await checkPayload("transfer", text, digest)).toEqual({ digest, digest_matches: true, canonical: true });
  });

  it("fails when the payload changed, when the kind differs and when the text is not canonical", async () => {
    expect((await checkPayload("transfer", text.replace("1", "9"), digest)).digest_matches).toBe(false);
    expect((await checkPayload("resume", text, digest)).digest_matches).toBe(false);
    expect((await checkPayload("transfer", '{"id":"tr_1","amount":"1"}', digest)).canonical).toBe(false);
    expect((await checkPayload("transfer", '{"amount":"1","amount":"2"}', digest)).canonical).toBe(false);
    expect((await checkPayload("transfer", "{", digest)).canonical).toBe(false);
  });
});
