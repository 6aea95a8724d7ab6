/** Proposing a loan: all the terms that others will sign. It lends nothing and opens nothing. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import { queries } from "../../api/queries.ts";
import { LEVELS } from "../../lending/words.ts";
import { PROPOSER_HINT, RequestForm } from "../../propose/request_form.tsx";
import { useRequest } from "../../propose/use_request.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Button, Segments } from "../../widgets/button.tsx";
import { Input, Select } from "../../widgets/field.tsx";
import { Data } from "../../widgets/panel.tsx";
import { Sheet } from "../../widgets/sheet.tsx";
import {
  type DueForm,
  type FacilityForm,
  facilityRequestOf,
  isComplete,
  LEVEL_FIELDS,
  NO_FACILITY,
  NO_PLEDGE,
  type PledgeForm,
} from "./facility_form.ts";

const ASSETS_MAX = 20;
const DATES_MAX = 60;
const DAY_COUNTS = ["actual/360", "actual/365", "30/360"] as const;

export function ProposeFacilitySheet({ onClose }: { onClose(): void }): ReactNode {
  const prices = useQuery(queries.creditPrices());
  const currency = useQuery(queries.overview()).data?.currency;
  return (
    <Sheet
      title="Propose a loan"
      head="Others sign exactly these terms; then its wallets are opened."
      onClose={onClose}
    >
      <Data query={prices} what="What is taken as collateral">
        {({ items }) => currency !== undefined && <Form currency={currency} assets={items.map(({ asset }) => asset)} />}
      </Data>
    </Sheet>
  );
}

interface FormProps {
  readonly currency: string;
  readonly assets: readonly string[];
}

function Form({ currency, assets }: FormProps): ReactNode {
  const [, go] = useLocation();
  const { me } = useIdentity();
  const [form, setForm] = useState<FacilityForm>(() => ({
    ...NO_FACILITY,
    ...{ currency, collateral: [{ ...NO_PLEDGE, asset: assets[0] ?? "" }] },
  }));
  const set = (change: Partial<FacilityForm>): void => setForm({ ...form, ...change });
  const sending = useRequest(facilityRequestOf(form, me?.id ?? ""), actions.proposeFacility, ({ object_id }) =>
    go(`/approvals/${object_id}`),
  );
  return (
    <RequestForm
      text="Propose"
      ready={isComplete(form)}
      sending={sending}
      what="The proposal"
      person_hint={PROPOSER_HINT}
      columns={2}
    >
      <Text
        label="Reference"
        value={form.reference}
        onType={(reference) => set({ reference })}
        hint="Your number of the contract; used once."
      />
      <Text label="Customer" value={form.customer_id} onType={(customer_id) => set({ customer_id })} />
      <Text
        label={`Principal in ${form.currency}`}
        value={form.principal}
        onType={(principal) => set({ principal })}
        decimal
      />
      <Select
        label="Currency"
        value={form.currency}
        onChange={(chosen) => set({ currency: chosen })}
        options={[...new Set([currency, ...assets])].map((id) => [id, id] as const)}
      />
      <Text label="Rate, % a year" value={form.rate_percent} onType={(rate_percent) => set({ rate_percent })} decimal />
      <Select
        label="Day count"
        value={form.day_count}
        onChange={(day_count) => set({ day_count: day_count as FacilityForm["day_count"] })}
        options={DAY_COUNTS.map((name) => [name, name] as const)}
      />
      <Input
        label="Matures on (UTC)"
        type="date"
        value={form.matures_on}
        onChange={(event) => set({ matures_on: event.target.value })}
      />
      <Text
        label={`Opening fee in ${form.currency} (optional)`}
        value={form.opening_fee}
        onType={(opening_fee) => set({ opening_fee })}
        decimal
      />
      <Pledges pledges={form.collateral} assets={assets} onChange={(collateral) => set({ collateral })} />
      <Levels form={form} onChange={set} />
      <Schedule dates={form.schedule} currency={form.currency} onChange={(schedule) => set({ schedule })} />
      <Text
        label="Hours to cure a call (optional)"
        value={form.cure_hours}
        onType={(text) => set({ cure_hours: text.replace(/\D/g, "") })}
        hint="Empty: the book's."
      />
      <Text label="Why" value={form.reason} onType={(reason) => set({ reason })} hint="It is signed and kept." />
    </RequestForm>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly decimal?: boolean;
  readonly className?: string;
  onType(text: string): void;
}

function Text({ label, value, hint, decimal = false, className, onType }: TextProps): ReactNode {
  return (
    <Input
      label={label}
      value={value}
      hint={hint}
      maxLength={500}
      autoComplete="off"
      {...(decimal ? { inputMode: "decimal" } : {})}
      {...(className === undefined ? {} : { className })}
      onChange={(event) => onType(event.target.value)}
    />
  );
}

interface GroupProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

function Group({ title, aside, children }: GroupProps): ReactNode {
  return (
    <fieldset className="col-span-full flex min-w-0 flex-col gap-2 rounded-lg border border-line p-3">
      <legend className="label px-1">{title}</legend>
      {children}
      {aside && <div>{aside}</div>}
    </fieldset>
  );
}

function replaced<T>(list: readonly T[], at: number, change: Partial<T>): readonly T[] {
  return list.map((item, index) => (index === at ? { ...item, ...change } : item));
}

function without<T>(list: readonly T[], at: number): readonly T[] {
  return list.filter((_item, index) => index !== at);
}

interface PledgesProps {
  readonly pledges: readonly PledgeForm[];
  readonly assets: readonly string[];
  onChange(pledges: readonly PledgeForm[]): void;
}

function Pledges({ pledges, assets, onChange }: PledgesProps): ReactNode {
  const set = (at: number, change: Partial<PledgeForm>): void => onChange(replaced(pledges, at, change));
  const free = assets.find((asset) => pledges.every((pledge) => pledge.asset !== asset));
  return (
    <Group
      title="Collateral"
      aside={
        free !== undefined &&
        pledges.length < ASSETS_MAX && (
          <Button icon="plus" onClick={() => onChange([...pledges, { ...NO_PLEDGE, asset: free }])}>
            Another asset
          </Button>
        )
      }
    >
      {pledges.map((pledge, at) => (
        <div key={pledge.asset} className="grid items-end gap-2 sm:grid-cols-2">
          <Select
            label="Asset"
            value={pledge.asset}
            onChange={(asset) => set(at, { asset })}
            options={assets
              .filter((asset) => asset === pledge.asset || pledges.every((one) => one.asset !== asset))
              .map((asset) => [asset, asset] as const)}
          />
          <Text
            label="Expected (optional)"
            value={pledge.expected}
            onType={(expected) => set(at, { expected })}
            decimal
          />
          <Text
            label="Goes back to"
            value={pledge.return_address}
            onType={(return_address) => set(at, { return_address })}
            className="sm:col-span-2"
            hint="The borrower's own address. Collateral goes back there and nowhere else."
          />
          <Text label="Memo (optional)" value={pledge.return_memo} onType={(return_memo) => set(at, { return_memo })} />
          {pledges.length > 1 && (
            <div>
              <Button look="ghost" icon="close" onClick={() => onChange(without(pledges, at))}>
                Without {pledge.asset}
              </Button>
            </div>
          )}
        </div>
      ))}
    </Group>
  );
}

interface LevelsProps {
  readonly form: FacilityForm;
  onChange(change: Partial<FacilityForm>): void;
}

function Levels({ form, onChange }: LevelsProps): ReactNode {
  return (
    <Group title="Levels">
      <Segments<FacilityForm["measure"]>
        label="Levels"
        value={form.measure}
        onChange={(measure) => onChange({ measure })}
        options={[
          { value: "book", text: "The book's" },
          { value: "ltv", text: "Own, loan to value" },
          { value: "cvl", text: "Own, collateral to value" },
        ]}
      />
      {form.measure !== "book" && (
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
          {LEVEL_FIELDS.map((name) => (
            <Text
              key={name}
              label={`${LEVELS[name].replace(/^./, (letter) => letter.toUpperCase())}, %`}
              value={form[name]}
              onType={(text) => onChange({ [name]: text })}
              decimal
            />
          ))}
        </div>
      )}
      {form.measure !== "book" && <p className="text-xs text-muted">What is left empty is the book's.</p>}
    </Group>
  );
}

interface ScheduleProps {
  readonly dates: readonly DueForm[];
  readonly currency: string;
  onChange(dates: readonly DueForm[]): void;
}

function Schedule({ dates, currency, onChange }: ScheduleProps): ReactNode {
  const set = (at: number, change: Partial<DueForm>): void => onChange(replaced(dates, at, change));
  return (
    <Group
      title="Repayments before maturity"
      aside={
        dates.length < DATES_MAX && (
          <Button icon="plus" onClick={() => onChange([...dates, { row: freeRow(dates), due_on: "", amount: "" }])}>
            A date
          </Button>
        )
      }
    >
      {dates.length === 0 && <p className="text-xs text-muted">None: all of it is due at maturity.</p>}
      {dates.map((due, at) => (
        <div key={due.row} className="grid grid-cols-[1fr_1fr_auto] items-end gap-2">
          <Input
            label="Due on"
            type="date"
            value={due.due_on}
            onChange={(event) => set(at, { due_on: event.target.value })}
          />
          <Text label={`Amount in ${currency}`} value={due.amount} onType={(amount) => set(at, { amount })} decimal />
          <Button
            look="ghost"
            icon="close"
            aria-label="Without this date"
            onClick={() => onChange(without(dates, at))}
          />
        </div>
      ))}
    </Group>
  );
}

function freeRow(dates: readonly DueForm[]): number {
  return 1 + Math.max(0, ...dates.map(({ row }) => row));
}
