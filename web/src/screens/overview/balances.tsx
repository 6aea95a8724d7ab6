/** What each wallet of the pool holds, how old that knowledge is, and whether it still counts. */
import type { ReactNode } from "react";
import type { Pool, Wallet } from "../../api/types.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Empty, Panel } from "../../widgets/panel.tsx";
import { Age, Amount, Percent } from "../../widgets/value.tsx";
import { FRESHNESS } from "../../widgets/words.ts";
import { TASK_WORDS } from "./task_strip.tsx";

export function Balances({ pool }: { readonly pool: Pool }): ReactNode {
  const words = pool.task === null ? null : TASK_WORDS[pool.task];
  const sides = [
    [words?.liquidity ?? "Liquidity", pool.wallets.filter((wallet) => wallet.side === "liquidity")],
    [words?.reserve ?? "Reserve", pool.wallets.filter((wallet) => wallet.side === "reserve")],
  ] as const;
  if (pool.wallets.length === 0) {
    return (
      <Panel title="Balances">
        <Empty title="No wallets in this pool">Name its liquidity and reserve wallets in the configuration.</Empty>
      </Panel>
    );
  }
  return (
    <Panel title="Balances" aside={<span>{pool.asset}</span>} flush>
      <table className="w-full text-left">
        <caption className="sr-only">Balances of {pool.asset} by wallet</caption>
        <thead>
          <tr className="border-b border-line">
            <th scope="col" className="label px-3 py-1">
              Wallet
            </th>
            <th scope="col" className="label px-2 py-1 text-right">
              Available
            </th>
            <th scope="col" className="label px-2 py-1 text-right max-sm:hidden">
              Share
            </th>
            <th scope="col" className="label px-3 py-1 text-right">
              Age
            </th>
          </tr>
        </thead>
        {sides
          .filter(([, wallets]) => wallets.length > 0)
          .map(([name, wallets]) => (
            <tbody key={name} className="border-b border-line last:border-b-0">
              <tr>
                <th scope="rowgroup" colSpan={4} className="px-3 pt-1.5 text-left text-2xs font-medium text-muted">
                  {name}
                </th>
              </tr>
              {wallets.map((wallet) => (
                <Row key={wallet.id} wallet={wallet} />
              ))}
            </tbody>
          ))}
      </table>
    </Panel>
  );
}

function Row({ wallet }: { readonly wallet: Wallet }): ReactNode {
  const old = wallet.freshness !== "fresh";
  return (
    <tr className="h-7">
      <th scope="row" className="px-3 text-left font-normal">
        <span className="font-medium">{wallet.label}</span>{" "}
        <span className="text-muted max-sm:hidden">{wallet.venue}</span>
      </th>
      <td className={`px-2 text-right font-medium ${old ? "text-muted line-through decoration-1" : ""}`}>
        <Amount money={wallet.balance?.available} unit={false} missing="never read" />
      </td>
      <td className="px-2 text-right text-muted max-sm:hidden">
        <Percent value={wallet.share_percent} />
      </td>
      <td className="px-3 text-right">
        <span className="inline-flex items-center justify-end gap-1.5">
          <span className="text-muted">
            <Age at={wallet.as_of} />
          </span>
          <Badge
            state={FRESHNESS[wallet.freshness]}
            bare
            title={wallet.error ?? `counts as stale after ${Math.round(wallet.stale_after_ms / 60_000)} min`}
          />
        </span>
      </td>
    </tr>
  );
}
