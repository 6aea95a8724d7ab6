/** Destinations of known payments: somebody else's wallets, with an address for each network, attested like those of our own. */
import { checkAddress } from "./addresses.ts";
import type { ResolveContext } from "./context.ts";
import type { Path } from "./document.ts";
import type { AddressEntry, TreasuryConfig, WalletConfig } from "./types.ts";

/** A venue of no configuration: nothing is read there, and nothing sent from there. */
const ELSEWHERE = "external";
const DAY_MS = 86_400_000;

export function resolvePayees(context: ResolveContext): Pick<TreasuryConfig, "payees"> {
  const { file, checker, assets } = context;
  if (file.payees.length === 0) return {};
  const ids = file.payees.map(({ id }) => id);
  checker.unique(["payees"], "payee", ids);
  file.payees.forEach(({ id, asset }, at) => {
    checker.refers(["payees", at, "asset"], "asset", asset, [...assets.keys()]);
    if (!file.wallets.some((wallet) => wallet.id === id)) return;
    const message = `"${id}" is the id of a wallet; a payee needs one of its own.`;
    checker.problem(["payees", at, "id"], "config_duplicate_id", message);
  });
  const payees = file.payees.map(
    ({ id, asset, label, addresses }): WalletConfig => ({
      ...{ id, venue: ELSEWHERE, asset, kind: "deposit", status: "active", account: addresses[0]?.address ?? "" },
      ...{ label: label ?? id, poll_interval_ms: DAY_MS, stale_after_ms: DAY_MS },
    }),
  );
  return { payees };
}

/** Their entries of the address book. Where money is ours already nobody else is paid. */
export function resolvePayeeAddresses({ file, checker }: ResolveContext): AddressEntry[] {
  const own = new Map(file.address_book.map(({ address, wallet }) => [address.toLowerCase(), wallet]));
  return file.payees.flatMap((payee, at) => {
    const networks = file.instruments.filter(({ asset }) => asset === payee.asset).map(({ network }) => network);
    checker.unique(
      ["payees", at, "addresses"],
      "network of the payee",
      payee.addresses.map(({ network }) => network),
    );
    return payee.addresses.map(({ network, address, memo }, index) => {
      const path: Path = ["payees", at, "addresses", index];
      checker.refers([...path, "network"], `instrument of ${payee.asset} on network`, network, networks);
      checker.attempt([...path, "address"], () => checkAddress(network, address));
      const wallet = own.get(address.toLowerCase());
      if (wallet !== undefined) {
        const message = `"${address}" is the address of our own wallet "${wallet}"; a payee is somebody else.`;
        checker.problem([...path, "address"], "config_wallet_misplaced", message);
      }
      return { wallet: payee.id, network, address, memo: memo ?? null };
    });
  });
}
