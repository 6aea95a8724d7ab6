/** What the API is built from and what a route sees. */
import type { TreasuryConfig } from "../config/types.ts";
import type { Treasury } from "../daemon/types.ts";
import type { Permission } from "./permissions.ts";
import type { SandboxKey } from "./schemas/index.ts";

/** The sandbox's own page; absent outside a sandbox. */
export interface SandboxDoor {
  /** The demo key of a person, or null when there is none. */
  demoKey(person_id: string): Promise<SandboxKey | null>;
  /** Of its speed, what treasury time reached lately, 0 to 1. Absent where it waits for nobody. */
  speedShare?(): number;
  /** A customer pays into an account of the local world; false when it took nothing. Absent where another process runs the world. */
  payIn?(payment: {
    readonly venue: string;
    readonly account: string;
    readonly units: bigint;
    readonly tx_hash: string;
    readonly customer_id: string;
  }): boolean;
}

export interface ApiDeps {
  readonly treasury: Treasury;
  readonly config: TreasuryConfig;
  readonly sandbox?: SandboxDoor | undefined;
  /** Directory of the built terminal; absent: the API alone. */
  readonly web_dir?: string | undefined;
}

/** Who a request speaks for. */
export interface Caller {
  /** Id of a person of the configuration; null on an open loopback where nobody said. */
  readonly person_id: string | null;
  readonly permissions: ReadonlySet<Permission>;
  /** `person:<id>`, or `local` for an unnamed caller on this machine. */
  readonly actor: string;
}

export interface RouteContext<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  readonly deps: ApiDeps;
  /** Given exactly where the route moves money. */
  readonly idempotency_key: string;
}
