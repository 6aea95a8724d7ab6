/** Files as series of QR codes, for signers without a network. */
export { fromBbqr, isBbqr, toBbqr } from "./bbqr.ts";
export { type DrawnCode, drawCode, qrPage } from "./page.ts";
