/** The home screen in one consistent read. */
import { tables } from "../../store/index.ts";
import type { TransferRow } from "../../transfers/types.ts";
import { readStandings } from "../../wallets/index.ts";
import type { Overview, Wallet } from "../schemas/index.ts";
import type { ApiDeps, Caller } from "../types.ts";
import { readEvents, viewEvent } from "./events.ts";
import { viewExceptions } from "./exceptions.ts";
import { readFailures } from "./failures.ts";
import { viewPool } from "./pools.ts";
import { viewPrice } from "./prices.ts";
import { createPrinter, type Printer, printTime, printTimeOrNull } from "./printer.ts";
import { OPEN_STATES } from "./transfers.ts";
import { countProposals } from "./waiting.ts";
import { readBalances, viewWallets } from "./wallets.ts";

const RECENT_EVENTS = 12;
const OPEN_MAX = 500;
const BREAKS_MAX = 100;

export async function viewOverview({ treasury, config }: ApiDeps, caller: Caller): Promise<Overview> {
  const printer = createPrinter(config);
  const now = treasury.deps.clock.now();
  const mode = await treasury.mode();
  const plans = await treasury.planNow();
  const prices = [...config.assets.keys()].map((asset) => ({ asset, state: treasury.price(asset) }));
  return treasury.deps.store.read("api.overview", async (tx) => {
    const facts = { balances: await readBalances(tx), standings: await readStandings(tx), treasury, now, plans };
    const wallets = viewWallets(printer, facts);
    const open = await tx.find(tables.transfer, {
      where: { state: { in: OPEN_STATES } },
      order_by: [
        ["created_at", "desc"],
        ["id", "desc"],
      ],
      limit: OPEN_MAX,
    });
    const breaks = await tx.find(tables.breaks, {
      where: { closed_at: null },
      order_by: [
        ["opened_at", "asc"],
        ["id", "asc"],
      ],
      limit: BREAKS_MAX,
    });
    const pools: Overview["pools"] = [];
    for (const pool of config.pools) {
      const plan = plans.find((item) => item.pool_id === pool.id);
      const price = prices.find((item) => item.asset === pool.asset)?.state ?? null;
      const own: TransferRow[] = open.filter((row) => row.pool_id === pool.id);
      pools.push(await viewPool({ pool, plan, price, wallets, open: own }, tx, printer));
    }
    const proposals = await countProposals(tx, now);
    const held = open.filter((row) => row.state === "held");
    const failures = await readFailures(tx, now);
    const recent = await readEvents(tx, { important: "true" }, { limit: RECENT_EVENTS });
    return {
      name: config.name,
      mode,
      as_of: printTime(now),
      sandbox: config.sandbox !== null,
      person: viewPerson(caller, printer),
      currency: config.currency.id,
      last_cycle_at: printTimeOrNull(treasury.lastCycleAt()),
      next_cycle_at: printTimeOrNull(treasury.nextCycleAt()),
      pools,
      venues: config.venues.map(({ id, type }) => viewVenue(id, type, wallets)),
      prices: prices.flatMap(({ asset, state }) => (state === null ? [] : [viewPrice(asset, state)])),
      approvals_waiting: open.filter((row) => row.state === "awaiting_approval").length + proposals,
      exceptions: viewExceptions(
        { mode, log: treasury.logStanding(), plans, wallets, held, failures, breaks, prices },
        printer,
      ),
      recent_events: recent.rows.map((row) => viewEvent(row, printer)),
    };
  });
}

function viewPerson(caller: Caller, { config }: Printer): Overview["person"] {
  const person = config.authority.people.find((item) => item.id === caller.person_id);
  return person === undefined ? null : { id: person.id, name: person.name, roles: [...person.roles] };
}

/** A venue is as fresh as the worst of its wallets. */
function viewVenue(id: string, type: string, all: readonly Wallet[]): Overview["venues"][number] {
  const wallets = all.filter((wallet) => wallet.venue === id);
  const fresh = wallets.filter((wallet) => wallet.freshness === "fresh").length;
  const unknown = wallets.some((wallet) => wallet.freshness === "unknown");
  return {
    id,
    type,
    freshness: fresh === wallets.length ? "fresh" : unknown ? "unknown" : "stale",
    wallets: wallets.length,
    wallets_fresh: fresh,
  };
}
