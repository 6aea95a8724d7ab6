/** Custody in a Safe: m of n owners sign with their own keys, the chain counts them. */
export { type OwnerSigning, type SignedRejection, signOwnerFile, signRejectionFile } from "./owner_key.ts";
export { verifyOwnerSignature } from "./owner_signatures.ts";
export { createSafeVenue, SAFE_TYPE } from "./venue.ts";
