/** The frame: rail, ribbon, strip, and the screen that the address names. */
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Route, Switch, useLocation } from "wouter";
import { ApiError } from "./api/client.ts";
import { ClockProvider } from "./api/clock.tsx";
import { useLive } from "./api/live.tsx";
import { queries } from "./api/queries.ts";
import { Access } from "./shell/access.tsx";
import { CommandMenu } from "./shell/command_menu.tsx";
import type { Command } from "./shell/commands.ts";
import { FreezeSheet, useFreeze } from "./shell/freeze.tsx";
import { HelpSheet } from "./shell/help.tsx";
import { IdentityProvider } from "./shell/identity.tsx";
import { Rail } from "./shell/rail.tsx";
import { ResumeSheet } from "./shell/resume.tsx";
import { useShortcuts } from "./shell/shortcuts.ts";
import { Ribbon, Strip } from "./shell/strip.tsx";
import { Empty, Failure, Skeleton } from "./widgets/panel.tsx";

const OverviewScreen = lazy(() => import("./screens/overview/index.tsx"));
const TransfersScreen = lazy(() => import("./screens/transfers/index.tsx"));
const ApprovalsScreen = lazy(() => import("./screens/approvals/index.tsx"));
const SimulateScreen = lazy(() => import("./screens/simulate/index.tsx"));
const AuditScreen = lazy(() => import("./screens/audit/index.tsx"));
const DecisionsScreen = lazy(() => import("./screens/decisions/index.tsx"));
const BreakScreen = lazy(() => import("./screens/breaks/index.tsx"));
const ExpectedScreen = lazy(() => import("./screens/expected/index.tsx"));
const BooksScreen = lazy(() => import("./screens/books/index.tsx"));
const VenuesScreen = lazy(() => import("./screens/venues/index.tsx"));
const EnvelopesScreen = lazy(() => import("./screens/envelopes/index.tsx"));
const CreditScreen = lazy(() => import("./screens/credit/index.tsx"));
const FacilityScreen = lazy(() => import("./screens/facility/index.tsx"));
const WalletsScreen = lazy(() => import("./screens/wallets/index.tsx"));

type Open = "help" | "resume" | "menu" | "freeze" | null;

export function App(): ReactNode {
  const overview = useQuery(queries.overview());
  const sandbox = useQuery({ ...queries.sandbox(), enabled: overview.data?.sandbox === true }).data;
  const [open, setOpen] = useState<Open>(null);
  const [, go] = useLocation();
  const freeze = useFreeze();
  const live = useLive();
  useShortcuts({
    go,
    help: () => setOpen("help"),
    freeze: () => freeze.run(),
    toggleLive: live.toggle,
    menu: () => setOpen("menu"),
  });
  const run = ({ run: deed }: Command): void => {
    if (deed.kind === "go") go(deed.path);
    else if (deed.kind === "live") live.toggle();
    else setOpen(deed.kind);
  };

  if (overview.error instanceof ApiError && overview.error.status === 401) return <Access />;
  const waiting = overview.data?.approvals_waiting ?? 0;
  return (
    <ClockProvider
      asOf={overview.data?.as_of ?? null}
      answeredAt={overview.dataUpdatedAt}
      speed={sandbox?.speed_reached ?? null}
    >
      <IdentityProvider known={overview.data?.person?.id ?? null}>
        <a
          href="#main"
          className="sr-only z-50 rounded bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        >
          Skip to the screen
        </a>
        <div className="min-h-screen md:flex">
          <Rail
            name={overview.data?.name ?? "connecting"}
            waiting={waiting}
            onHelp={() => setOpen("help")}
            onMenu={() => setOpen("menu")}
          />
          <div className="min-w-0 flex-1 max-md:pb-16">
            <header className="z-20 md:sticky md:top-0">
              {overview.data && <Ribbon sandbox={overview.data.sandbox} details={sandbox} />}
              <Strip
                overview={overview.data}
                failed={overview.error !== null}
                freezing={freeze.pending}
                onFreeze={() => setOpen("freeze")}
                onResume={() => setOpen("resume")}
                onHelp={() => setOpen("help")}
              />
            </header>
            <main id="main" tabIndex={-1} className="mx-auto max-w-[100rem] px-4 py-3 outline-none max-md:px-3">
              {freeze.error && <Failure error={freeze.error} what="The freeze" did="was not confirmed" />}
              {overview.error && <Offline error={overview.error} hasData={overview.data !== undefined} />}
              <Suspense fallback={<Skeleton rows={8} />}>
                <Screens />
              </Suspense>
            </main>
          </div>
        </div>
        {open === "help" && <HelpSheet onClose={() => setOpen(null)} />}
        {open === "menu" && (
          <CommandMenu frozen={overview.data?.mode === "frozen"} onRun={run} onClose={() => setOpen(null)} />
        )}
        {open === "freeze" && (
          <FreezeSheet freeze={freeze} frozen={overview.data?.mode === "frozen"} onClose={() => setOpen(null)} />
        )}
        {open === "resume" && <ResumeSheet onClose={() => setOpen(null)} />}
      </IdentityProvider>
    </ClockProvider>
  );
}

function Screens(): ReactNode {
  return (
    <Switch>
      <Route path="/">{() => <OverviewScreen />}</Route>
      <Route path="/decisions/:id?">{({ id }) => <DecisionsScreen open={id ?? null} />}</Route>
      <Route path="/transfers/:id?">{({ id }) => <TransfersScreen open={id ?? null} />}</Route>
      <Route path="/approvals/:id?">{({ id }) => <ApprovalsScreen open={id ?? null} />}</Route>
      <Route path="/books">{() => <BooksScreen />}</Route>
      <Route path="/envelopes/:id?">{({ id }) => <EnvelopesScreen open={id ?? null} />}</Route>
      <Route path="/credit">{() => <CreditScreen proposing={false} />}</Route>
      <Route path="/credit/new">{() => <CreditScreen proposing />}</Route>
      <Route path="/credit/:id">{({ id }) => <FacilityScreen id={id} sale={null} />}</Route>
      <Route path="/credit/:id/sales/:sale">{({ id, sale }) => <FacilityScreen id={id} sale={sale} />}</Route>
      <Route path="/wallets/:id?">{({ id }) => <WalletsScreen open={id ?? null} />}</Route>
      <Route path="/expected">{() => <ExpectedScreen />}</Route>
      <Route path="/venues">{() => <VenuesScreen />}</Route>
      <Route path="/breaks/:id">{({ id }) => <BreakScreen id={id} />}</Route>
      <Route path="/simulate/:kind?">{({ kind }) => <SimulateScreen kind={kind ?? null} />}</Route>
      <Route path="/audit">{() => <AuditScreen />}</Route>
      <Route>
        <Empty title="There is no such screen">The rail at the left has them all.</Empty>
      </Route>
    </Switch>
  );
}

function Offline({ error, hasData }: { readonly error: Error; readonly hasData: boolean }): ReactNode {
  return (
    <div className="mb-3">
      <Failure error={error} what={hasData ? "The present state" : "The treasury"} />
    </div>
  );
}
