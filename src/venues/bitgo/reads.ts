/** Wallets, balances, addresses, fees and movements: everything that is read and has no effect. */
import { minOf } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import { advanceCursor, type Cursor, collectPages, get, parseCursor, printCursor, readShape } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { MovementPage, VenueAddress, VenueBalance, VenueMovement, VenueNetwork, VenueWallet } from "../port.ts";
import { accountOf, type CoinForm, type CoinRegistry, fromBitgo, type Holding, stepOf } from "./coins.ts";
import { asOf } from "./lines.ts";
import type { LookUps } from "./look_up.ts";
import { movementKey, readDestination, readMovement, readRemoval } from "./read_transfer.ts";
import {
  addressShape,
  balanceShape,
  feeShape,
  maximumShape,
  transfersShape,
  type WireTransfer,
  walletShape,
  walletsShape,
} from "./shapes.ts";

const PAGE_SIZE = "100";
/** Virtual bytes of a usual payment: what a fee is estimated for. */
const PAYMENT_VBYTES = 250n;
/** Less is not relayed by Bitcoin nodes (dust of a legacy output). */
const DUST = 546n;
/** On its way in or out, and not in the confirmed balance yet. */
const OPEN_STATES = ["initialized", "pendingApproval", "signed", "unconfirmed"] as const;
const MS_PER_MINUTE = 60_000;
/** A transfer is told as confirmed so often at one height; a chain that turns back more often is not believed. */
const CONFIRMED_MAX = 16;
/**
 * What the chain took back keeps the place of the reader for so long: it is mined again within hours, or another took its coin. Later it
 * is told if BitGo dates it anew, and else found by the full reconciliation.
 */
const REMOVED_KEPT_MS = 3 * 24 * 3_600_000;

function pathOf({ form, wallet }: Holding, tail = ""): string {
  return `/api/v2/${encodeURIComponent(form.coin)}/wallet/${wallet}${tail}`;
}

/** Every wallet the token can see, as holdings of the coins that are configured: a wallet's own, and the tokens it can hold. */
export async function listHoldings(look: LookUps, enterprise: string, coins: CoinRegistry): Promise<VenueWallet[]> {
  const rows = await collectPages(async (prevId) => {
    const query = { enterprise, limit: PAGE_SIZE, ...(prevId === null ? {} : { prevId }) };
    const page = readShape(
      walletsShape,
      await look.lines.platform.read(get("/api/v2/wallets", query)),
      "list of wallets",
    );
    return { rows: page.wallets, next: page.nextBatchPrevId ?? null };
  });
  return rows.flatMap(({ id, coin, label }) =>
    coins.all
      .filter((form) => form.wallet_coin === coin)
      .map((form) => ({ account: accountOf({ form, wallet: id }), asset: form.asset.id, label })),
  );
}

/**
 * The total is what is confirmed: the sum of all movements. What is on its way is listed beside it; when it cannot be, the
 * balance says so.
 */
export async function readBalance(look: LookUps, holding: Holding): Promise<VenueBalance> {
  const reply = await look.lines.platform.readReply(get(pathOf(holding)));
  const { form } = holding;
  const row = readShape(balanceShape, reply.body, "balance");
  const total = fromBitgo(form, row.confirmedBalanceString);
  const spendable = fromBitgo(form, row.spendableBalanceString);
  const available = minOf(spendable, total);
  const open = await readOpen(look, holding);
  const wanted_out = sumOf(open ?? [], holding, "send");
  const not_spendable = total - available;
  const pending_out = minOf(wanted_out, not_spendable);
  return {
    total,
    available,
    pending_in: sumOf(open ?? [], holding, "receive"),
    pending_out,
    locked: not_spendable - pending_out,
    as_of: asOf(reply.headers, look.now()),
    height: null,
    pending_readable: open !== null,
  };
}

function sumOf(rows: readonly WireTransfer[], holding: Holding, type: WireTransfer["type"]): bigint {
  const some = rows.filter((row) => row.type === type).map((row) => readMovement(row, holding));
  return some.reduce((sum, { amount, fee }) => sum + amount + fee, 0n);
}

/** Null when they cannot be read now. */
async function readOpen(look: LookUps, holding: Holding): Promise<WireTransfer[] | null> {
  try {
    return await collectPages(async (prevId) => {
      const page = await readTransfers(look, holding, OPEN_STATES, prevId === null ? {} : { prevId });
      return { rows: page.transfers, next: page.nextBatchPrevId ?? null };
    });
  } catch (error) {
    if (error instanceof VenueError && error.code !== "venue_auth") return null;
    throw error;
  }
}

async function readTransfers(
  look: LookUps,
  holding: Holding,
  states: readonly string[],
  query: Readonly<Record<string, string>>,
) {
  const parameters = new URLSearchParams({ limit: PAGE_SIZE, sortBy: "id", reverse: "true", ...query });
  for (const state of states) parameters.append("state", state);
  const target = `${pathOf(holding, "/transfer")}?${parameters.toString()}`;
  const body = await look.lines.platform.read({ method: "GET", target, body: "", headers: {} });
  return readShape(transfersShape, body, "list of transfers");
}

/** One page of confirmed and of removed transfers that were not told yet, oldest first. */
export async function readMovements(look: LookUps, holding: Holding, text: string | null): Promise<MovementPage> {
  const cursor = parseCursor(text);
  const page = await readTransfers(look, holding, [...OPEN_STATES, "confirmed", "removed"], {
    dateGte: new Date(cursor.since).toISOString(),
    ...(cursor.previous === null ? {} : { prevId: cursor.previous }),
  });
  const next = page.nextBatchPrevId ?? null;
  if (next !== null && next === cursor.previous) {
    throw new VenueError("venue_invalid", "The venue's list turns in a circle: a page came twice.");
  }
  const movements = page.transfers.flatMap((row) => untold(row, holding, cursor)).sort((a, b) => a.at - b.at);
  const open = page.transfers.filter((row) => isOpen(row, look.now())).map(({ date }) => date);
  const after = advanceCursor(cursor, { told: movements, next, open });
  return { movements, cursor: printCursor(after), has_more: next !== null };
}

/** It may still become a movement: on its way, or taken back by its chain a short while ago. */
function isOpen({ state, date }: WireTransfer, now: Instant): boolean {
  if (state === "removed") return now - date < REMOVED_KEPT_MS;
  return OPEN_STATES.some((open) => open === state);
}

function untold(row: WireTransfer, holding: Holding, { seen }: Cursor): VenueMovement[] {
  const told = (key: string): boolean => seen.some(([id]) => id === key);
  if (row.state === "confirmed") {
    const id = nextName(movementKey(row), told);
    return id === null ? [] : [{ ...readMovement(row, holding), id }];
  }
  if (row.state !== "removed") return [];
  const before = seen.map(([id]) => id).filter((id) => id.startsWith(`${row.id}@`) && !id.endsWith("-removed"));
  const open = before.filter((id) => !told(`${id}-removed`));
  return open.map((id) => readRemoval(row, holding, id));
}

/** Taken back and confirmed again, at the same height too, it is another movement each time; null: it stands as it was told. */
function nextName(key: string, told: (key: string) => boolean): string | null {
  for (let time = 1; time <= CONFIRMED_MAX; time += 1) {
    const name = time === 1 ? key : `${key}~${time}`;
    if (!told(name)) return name;
    if (!told(`${name}-removed`)) return null;
  }
  return null;
}

/** @throws VenueError venue_transient while an address is still being made on its chain */
export async function readAddress(look: LookUps, holding: Holding): Promise<VenueAddress> {
  const body = await look.lines.platform.read(get(pathOf(holding)));
  const { receiveAddress } = readShape(walletShape, body, "wallet");
  const row = receiveAddress ?? (await createAddress(look, holding));
  if (row.coinSpecific?.pendingChainInitialization === true) {
    throw new VenueError("venue_transient", `The address of ${accountOf(holding)} is still being made on its chain.`);
  }
  return readDestination(row.address);
}

/** A further receive address; an account coin's is a contract (a forwarder) that is deployed later. @throws VenueError */
async function createAddress(look: LookUps, holding: Holding) {
  const request = { method: "POST", target: pathOf(holding, "/address"), body: "{}", headers: {} } as const;
  const result = await look.lines.platform.submit(request);
  if (!result.answered || result.reply.status !== 200) {
    throw new VenueError("venue_transient", `BitGo made no address for ${accountOf(holding)} now.`);
  }
  return readShape(addressShape, result.reply.body, "address");
}

export async function readNetworks(look: LookUps, holding: Holding, lead_minutes: number): Promise<VenueNetwork[]> {
  const { form } = holding;
  const fee_fixed = await estimateFee(look, form);
  const body = await look.lines.platform.read(get(pathOf(holding, "/maximumSpendable")));
  const { maximumSpendable } = readShape(maximumShape, body, "maximum");
  const step = stepOf(form);
  return [
    {
      network: form.instrument.network,
      enabled: true,
      fee_fixed,
      fee_ppm: 0,
      minimum: form.settings.fee === "utxo" ? fromBitgo(form, String(DUST)) : step,
      maximum: fromBitgo(form, maximumSpendable),
      step,
      lead_time_ms: lead_minutes * MS_PER_MINUTE,
    },
  ];
}

async function estimateFee(look: LookUps, form: CoinForm): Promise<bigint> {
  if (form.settings.fee === "elsewhere") return 0n;
  const body = await look.lines.platform.read(get(`/api/v2/${encodeURIComponent(form.coin)}/tx/fee`));
  const fee = readShape(feeShape, body, "fee estimate");
  if ("feePerKb" in fee) return fromBitgo(form, String((BigInt(fee.feePerKb) * PAYMENT_VBYTES) / 1_000n));
  return fromBitgo(form, "feeEstimate" in fee ? fee.feeEstimate : String(fee.fee));
}
