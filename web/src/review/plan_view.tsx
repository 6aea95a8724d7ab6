/** The reviewed payload, laid out: what leaves, from where, to where, at most at which fee, until when and why. */
import type { ReactNode } from "react";
import type { Position } from "../api/types.ts";
import { readable } from "../format/sentence.ts";
import { Icon } from "../widgets/icon.tsx";
import { Facts } from "../widgets/panel.tsx";
import { Amount, Digest, Percent, Time, Until } from "../widgets/value.tsx";
import { Address } from "./address.tsx";
import { aroundMove } from "./around.ts";
import type { PaidObligation, PlanEnd, ReviewedPlan, SelfPayment } from "./plan.ts";

export function PlanView({ plan }: { readonly plan: ReviewedPlan }): ReactNode {
  return (
    <div>
      <p className="text-2xl leading-8 font-semibold tracking-tight">
        <Amount money={{ amount: plan.amount, asset: plan.asset }} exact />
      </p>
      <div className="my-3 grid items-stretch gap-2 sm:grid-cols-[1fr_auto_1fr]">
        <EndBox name="From" end={plan.from} />
        <span className="grid place-items-center text-muted max-sm:rotate-90">
          <Icon name="arrow" size={16} />
        </span>
        <EndBox name="To" end={plan.to} />
      </div>
      <Facts
        rows={[
          [
            "Network",
            `${plan.network} (${plan.instrument})${plan.chain_id === null ? "" : `, chain ${plan.chain_id}`}`,
          ],
          [
            "Token",
            plan.contract === null ? (
              "the coin of the network"
            ) : (
              <Address key="token" address={plan.contract} memo={null} />
            ),
          ],
          ["Fee at most", <Amount key="fee" money={{ amount: plan.fee_max, asset: plan.asset }} exact />],
          ["Why", readable(plan.reason)],
          ...(plan.obligation === null ? [] : [paysRow(plan.obligation)]),
          ...(plan.self === null ? [] : [itselfRow(plan.self, plan.asset)]),
          ["Asked by", `${plan.initiator} (${plan.cause.replaceAll("_", " ")})`],
          ["Needs", plan.quorum_needed === 1 ? "1 approval" : `${plan.quorum_needed} approvals of different people`],
          [
            "Valid",
            <span key="valid">
              until <Time at={plan.expires_at} /> UTC (<Until at={plan.expires_at} />)
            </span>,
          ],
          ["Policy", <Digest key="policy" hex={plan.policy_digest} short />],
        ]}
      />
    </div>
  );
}

function paysRow({ what, due_at, asked_by }: PaidObligation): readonly [string, ReactNode] {
  return [
    "Pays",
    <span key="pays">
      {what}, due <Time at={due_at} /> UTC; said to be due by {asked_by}, who does not count among those who approve
    </span>,
  ];
}

function itselfRow({ purpose, touches_max, parent }: SelfPayment, asset: string): readonly [string, ReactNode] {
  return [
    "Pays itself",
    <span key="itself">
      {purpose === "consolidate" ? "Small coins become one" : <>It pays for {parent}, which waits</>}; coins of at most{" "}
      <Amount money={{ amount: touches_max, asset }} exact /> come back to the wallet, and only the fee leaves
    </span>,
  ];
}

function EndBox({ name, end }: { readonly name: string; readonly end: PlanEnd }): ReactNode {
  return (
    <div className="min-w-0 rounded border border-line bg-raised px-3 py-2">
      <div className="label">{name}</div>
      <div className="font-medium">{end.wallet}</div>
      <div className="text-muted">
        {end.venue} · {end.role}
      </div>
      <div className="mt-1">
        {end.address === "" ? (
          <span className="text-muted">an address of its own</span>
        ) : (
          <Address address={end.address} memo={end.memo} />
        )}
      </div>
    </div>
  );
}

interface BeforeAfterProps {
  readonly before: Position | null;
  readonly after: Position | null;
}

/** Both sides of the pool: what is there before the move, without what is on its way, and what will be when everything has landed. */
export function BeforeAfter({ before, after }: BeforeAfterProps): ReactNode {
  if (!before || !after) return <p className="text-muted">The position around this move is not known.</p>;
  const { sides, share_percent } = aroundMove(before, after);
  return (
    <table className="w-full text-right">
      <caption className="sr-only">Position before and after</caption>
      <thead>
        <tr className="label">
          <th scope="col" className="py-1 text-left">
            <span className="sr-only">Side</span>
          </th>
          <th scope="col" className="py-1 text-right">
            Before
          </th>
          <th scope="col" className="py-1 text-right">
            After
          </th>
        </tr>
      </thead>
      <tbody>
        {sides.map(([name, from, to]) => (
          <tr key={name} className="border-t border-line">
            <th scope="row" className="py-1 text-left font-normal text-muted">
              {name}
            </th>
            <td className="py-1 pl-3">
              <Amount money={from} unit={false} />
            </td>
            <td className="py-1 pl-3 font-medium">
              <Amount money={to} unit={false} />
            </td>
          </tr>
        ))}
        <tr className="border-t border-line">
          <th scope="row" className="py-1 text-left font-normal text-muted">
            Liquidity share
          </th>
          <td className="py-1 pl-3">
            <Percent value={share_percent[0]} />
          </td>
          <td className="py-1 pl-3 font-medium">
            <Percent value={share_percent[1]} />
          </td>
        </tr>
        {after.health_percent !== null && (
          <tr className="border-t border-line">
            <th scope="row" className="py-1 text-left font-normal text-muted">
              Health
            </th>
            <td className="py-1 pl-3">
              <Percent value={before.health_percent} />
            </td>
            <td className="py-1 pl-3 font-medium">
              <Percent value={after.health_percent} />
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
