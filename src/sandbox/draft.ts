/** Collects the rows one change touches, as copies, and gives them back as a patch. The state itself stays untouched. */
import { assert } from "../errors/index.ts";
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { AccountRow, AssetRow, MovementRow, Patch, WorldOrder, WorldState, WorldTransfer } from "./types.ts";

export interface MovementInput {
  readonly direction: "in" | "out";
  readonly amount: bigint;
  readonly fee: bigint;
  readonly reference: string | null;
  readonly tx_hash: string | null;
  readonly counterparty: string | null;
}

export class Draft {
  readonly at: Instant;
  readonly #state: WorldState;
  readonly #accounts = new Map<string, AccountRow>();
  readonly #assets = new Map<AssetId, AssetRow>();
  readonly #transfers = new Map<string, WorldTransfer>();
  readonly #movements: MovementRow[] = [];
  readonly #orders: WorldOrder[] = [];

  constructor(state: WorldState, at: Instant) {
    this.#state = state;
    this.at = at;
  }

  account(key: string): AccountRow {
    return copyOnce(this.#accounts, key, this.#state.accounts.get(key));
  }

  asset(asset: AssetId): AssetRow {
    return copyOnce(this.#assets, asset, this.#state.assets.get(asset));
  }

  transfer(id: string): WorldTransfer {
    return copyOnce(this.#transfers, id, this.#state.transfers.get(id));
  }

  addTransfer(row: WorldTransfer): void {
    this.#transfers.set(row.id, row);
  }

  addAccount(row: AccountRow): void {
    this.#accounts.set(row.key, row);
  }

  addAsset(row: AssetRow): void {
    this.#assets.set(row.asset, row);
  }

  addOrder(row: WorldOrder): void {
    this.#orders.push(row);
  }

  /** Books a movement: total and height change together, so a balance always says which movements it contains. */
  move(key: string, input: MovementInput): void {
    const account = this.account(key);
    const seq = this.#state.seq + this.#movements.length + 1;
    account.total += input.direction === "in" ? input.amount : -(input.amount + input.fee);
    account.height = seq;
    assert(account.total >= 0n, `sandbox: ${key} would go negative`);
    this.#movements.push({ seq, key, at: this.at, ...input });
  }

  patch(rest: Pick<Patch, "genesis_at" | "scenario" | "scenario_at" | "next_step_at"> = {}): Patch {
    return {
      at: this.at,
      ...rest,
      accounts: [...this.#accounts.values()],
      assets: [...this.#assets.values()],
      transfers: [...this.#transfers.values()],
      movements: this.#movements,
      ...(this.#orders.length === 0 ? {} : { orders: this.#orders }),
    };
  }
}

function copyOnce<Row extends object>(copies: Map<string, Row>, key: string, row: Row | undefined): Row {
  const known = copies.get(key);
  if (known) return known;
  assert(row !== undefined, `sandbox: no row ${key}`);
  const copy = { ...row };
  copies.set(key, copy);
  return copy;
}
