/** The hypothesis: how much leaves, over which time, how long people take to approve. */
import { type FormEvent, type ReactNode, useState } from "react";
import type { Pool, WhatIfRequest } from "../../api/types.ts";
import { plainAmount } from "../../format/amount.ts";
import { Button } from "../../widgets/button.tsx";
import { AmountInput, Input } from "../../widgets/field.tsx";
import { FIRST, type Hypothesis, PRESETS, presetBase, readHypothesis, shareOfBase } from "./hypothesis.ts";

interface Props {
  readonly pool: Pool;
  readonly pending: boolean;
  onRun(request: WhatIfRequest): void;
}

const BASES = {
  liquidity: "Of what the liquidity side holds now.",
  target: "The liquidity side is empty; these are shares of its target.",
  none: "The liquidity side is empty and its target is not known; type an amount.",
} as const;

export function WhatIfForm({ pool, pending, onRun }: Props): ReactNode {
  const [form, setForm] = useState<Hypothesis>(FIRST);
  const [tried, setTried] = useState(false);
  const read = readHypothesis(form, pool.decimals);
  const base = presetBase(pool);
  const errors = tried && "errors" in read ? read.errors : {};
  const set = (name: keyof Hypothesis) => (event: { target: { value: string } }) =>
    setForm({ ...form, [name]: event.target.value });
  const run = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if ("request" in read) onRun(read.request);
  };
  return (
    <form onSubmit={run} noValidate className="flex flex-col gap-3">
      <div className="flex flex-col gap-1">
        <span className="text-xs font-medium text-ink-2">Presets</span>
        {PRESETS.map((preset) => (
          <Button
            key={preset.name}
            className="justify-start"
            disabled={base === null}
            onClick={() =>
              base &&
              setForm({
                ...form,
                outflow: plainAmount(shareOfBase(base, preset.percent)),
                over_hours: preset.over_hours,
              })
            }
          >
            {preset.name}
          </Button>
        ))}
        <p className="text-xs text-muted">{BASES[base?.of ?? "none"]}</p>
      </div>
      <AmountInput
        label={`Outflow in ${pool.asset}`}
        data-filter=""
        placeholder="250000"
        value={form.outflow}
        onChange={(value) => set("outflow")({ target: { value } })}
        error={errors.outflow}
        hint="Leaves the liquidity side; a minus makes it an inflow."
      />
      <div className="grid grid-cols-3 gap-2">
        <Input
          label="Over, h"
          inputMode="numeric"
          value={form.over_hours}
          onChange={set("over_hours")}
          error={errors.over_hours}
          hint="0: at once"
        />
        <Input
          label="Approvals, h"
          inputMode="numeric"
          value={form.approval_hours}
          onChange={set("approval_hours")}
          error={errors.approval_hours}
          hint="by people"
        />
        <Input
          label="Look, h"
          inputMode="numeric"
          value={form.horizon_hours}
          onChange={set("horizon_hours")}
          error={errors.horizon_hours}
          hint="ahead"
        />
      </div>
      <Button type="submit" look="primary" icon="simulate" disabled={pending}>
        {pending ? "Simulating …" : "Run the simulation"}
      </Button>
    </form>
  );
}
