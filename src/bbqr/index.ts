/** Files as series of QR codes, for signers without a network. */
export { fromBbqr, isBbqr, toBbqr } from "./bbqr.ts";
export { qrPage } from "./page.ts";
