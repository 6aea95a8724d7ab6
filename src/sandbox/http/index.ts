/** The floor that every sandbox server stands on: HTTP with routes as data, the checks a venue makes, faults on demand. */
export { type Fault, type FaultRule, Faults } from "./faults.ts";
export {
  type Route,
  type SandboxReply,
  type SandboxRequest,
  SandboxServer,
  type ServerOptions,
  textField,
} from "./server.ts";
export { hmac, isTimely, sameText, sandboxSecret, sha256Hex } from "./signatures.ts";
