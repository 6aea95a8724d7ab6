/** One loan: where it stands and what comes next, its terms, what stands behind it, its calls and sales, and what people may do. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { queries } from "../../api/queries.ts";
import type { FacilityDetail } from "../../api/types.ts";
import { FACILITY_STATES, standingOf } from "../../lending/words.ts";
import { QuorumDots } from "../../review/quorum.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Data, Empty, Panel, ScreenHead } from "../../widgets/panel.tsx";
import { Until } from "../../widgets/value.tsx";
import { ReviewLink } from "../approvals/review_link.tsx";
import { EventTable } from "../audit/event_table.tsx";
import { Actions } from "./actions.tsx";
import { Calculator } from "./calculator.tsx";
import { Calls } from "./calls.tsx";
import { Collateral, Deposits } from "./collateral.tsx";
import { Exchanges } from "./exchange.tsx";
import { LtvHistory } from "./ltv_history.tsx";
import { Notices } from "./notices.tsx";
import { Payments } from "./payments.tsx";
import { Position } from "./position.tsx";
import { SaleSheet } from "./sale_sheet.tsx";
import { Sales } from "./sales.tsx";
import { Terms } from "./terms.tsx";

interface Props {
  readonly id: string;
  readonly sale: string | null;
}

export default function FacilityScreen({ id, sale }: Props): ReactNode {
  const [, go] = useLocation();
  const query = useQuery(queries.facilityDetail(id));
  const facility = query.data?.facility;
  const open = query.data?.liquidations.find((one) => one.id === sale);
  return (
    <>
      <ScreenHead
        title={facility === undefined ? "Loan" : `${facility.reference} of ${facility.customer_id}`}
        sentence={facility === undefined ? id : FACILITY_STATES[facility.state].meaning}
      >
        {facility && <Badge state={standingOf(facility)} />}
        <Link href="/credit" className="inline-flex min-h-7 items-center text-accent hover:underline">
          All loans
        </Link>
      </ScreenHead>
      <Data query={query} what="The loan">
        {(detail) => <Page detail={detail} />}
      </Data>
      {open && facility && <SaleSheet sale={open} onClose={() => go(`/credit/${id}`)} />}
    </>
  );
}

function Page({ detail }: { readonly detail: FacilityDetail }): ReactNode {
  const { facility, calls, liquidations, notices } = detail;
  const events = useQuery(queries.facilityEvents(facility.object_id));
  const told = events.data?.items ?? [];
  return (
    <>
      {facility.state === "proposed" && <WaitsForVotes facility={facility} />}
      <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="flex min-w-0 flex-col gap-3">
          <Position facility={facility} />
          <Calls calls={calls} events={told} />
          {liquidations.length > 0 && <Sales sales={liquidations} />}
          <Collateral facility={facility} />
          <Exchanges exchanges={detail.substitutions} />
          <Deposits facility={facility} deposits={detail.deposits} />
          <Payments detail={detail} />
          <LtvHistory facility={facility} events={told} />
        </div>
        <div className="grid min-w-0 gap-3 md:max-xl:grid-cols-2">
          <Calculator detail={detail} />
          <Actions facility={facility} />
          <Terms facility={facility} />
          <Notices notices={notices} />
        </div>
      </div>
      <Panel title="What happened, newest first" className="mt-3" flush>
        <Data query={events} what="The events">
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="Nothing yet" />
            ) : (
              <EventTable events={items.slice(0, SHOWN_MAX)} compact />
            )
          }
        </Data>
      </Panel>
    </>
  );
}

const SHOWN_MAX = 30;

function WaitsForVotes({ facility }: Pick<FacilityDetail, "facility">): ReactNode {
  return (
    <Panel title="Its terms wait for votes" className="mb-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="min-w-0 flex-1">
          {facility.reason}{" "}
          <span className="text-muted">
            It ends by itself in <Until at={facility.expires_at} />.
          </span>
        </p>
        <QuorumDots quorum={facility.quorum} />
        <ReviewLink href={`/approvals/${facility.object_id}`} />
      </div>
    </Panel>
  );
}
