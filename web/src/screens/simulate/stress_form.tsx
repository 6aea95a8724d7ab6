/** What should happen: something that happened to others, or a scenario of one's own. */
import { type FormEvent, type ReactNode, useState } from "react";
import type { Pool, ScenarioList, StressRequest } from "../../api/types.ts";
import { Button } from "../../widgets/button.tsx";
import { Input, Select } from "../../widgets/field.tsx";
import { Slider } from "../../widgets/slider.tsx";
import { type Custom, FIRST_CUSTOM, RANGES, scenarioOf } from "./custom_scenario.ts";
import { type Saved, savedStore, withSaved } from "./saved.ts";

type Scenario = ScenarioList["items"][number];
type Figure = keyof typeof RANGES;

const OWN = "";
const CHANCE_RUNS = 20;

interface Props {
  readonly pool: Pool;
  readonly scenarios: readonly Scenario[];
  readonly running: boolean;
  onRun(request: StressRequest): void;
}

export function StressForm({ pool, scenarios, running, onRun }: Props): ReactNode {
  const [chosen, setChosen] = useState(scenarios[0]?.id ?? OWN);
  const [approval, setApproval] = useState<number | null>(null);
  const [custom, setCustom] = useState<Custom>(FIRST_CUSTOM);
  const [chance, setChance] = useState(false);
  const scenario = scenarios.find(({ id }) => id === chosen);
  const approval_hours = approval ?? scenario?.approval_hours[0] ?? 0;
  const run = (event: FormEvent): void => {
    event.preventDefault();
    onRun({
      pool_id: pool.id,
      ...(scenario ? { scenario: scenario.id, approval_hours } : { scenario: scenarioOf(custom, "Custom scenario") }),
      ...(chance ? { monte_carlo: { runs: CHANCE_RUNS, seed: 1 } } : {}),
    });
  };
  return (
    <form onSubmit={run} className="flex flex-col gap-3">
      <Select
        label="Scenario"
        value={chosen}
        onChange={(id) => {
          setChosen(id);
          setApproval(null);
        }}
        options={[...scenarios.map(({ id, title }) => [id, title] as const), [OWN, "One of my own"]]}
      />
      {scenario ? (
        <>
          <p className="text-xs text-muted">
            <span className="font-medium text-ink-2">{scenario.curve_kind}</span>, {scenario.hours} h.{" "}
            {scenario.provenance}
          </p>
          <Slider
            label="People approve within"
            value={approval_hours}
            min={0}
            max={72}
            text={`${approval_hours} h`}
            onChange={setApproval}
          />
        </>
      ) : (
        <OwnScenario custom={custom} onChange={setCustom} />
      )}
      <label className="inline-flex min-h-6 items-center gap-2">
        <input type="checkbox" checked={chance} onChange={(event) => setChance(event.target.checked)} />
        With chance in it, {CHANCE_RUNS} times more
      </label>
      <Button type="submit" look="primary" icon="simulate" disabled={running}>
        {running ? "Running …" : "Run the stress test"}
      </Button>
    </form>
  );
}

const SLIDERS: readonly { readonly name: Figure; readonly label: string; text(value: number): string }[] = [
  { name: "outflow_percent", label: "Outflow, of all the pool holds", text: (value) => `${value} %` },
  { name: "over_hours", label: "Over", text: (value) => `${value} h` },
  { name: "approval_hours", label: "People approve within", text: (value) => `${value} h` },
  { name: "outage_hours", label: "Custodians out for", text: (value) => (value === 0 ? "not at all" : `${value} h`) },
  { name: "fee_times", label: "Network fees", text: (value) => `${value}×` },
  { name: "stolen_percent", label: "Stolen at once, of the pool", text: (value) => `${value} %` },
];

function OwnScenario({ custom, onChange }: { readonly custom: Custom; onChange(custom: Custom): void }): ReactNode {
  return (
    <>
      {SLIDERS.map(({ name, label, text }) => (
        <Slider
          key={name}
          label={label}
          value={custom[name]}
          min={RANGES[name][0]}
          max={RANGES[name][1]}
          text={text(custom[name])}
          onChange={(value) => onChange({ ...custom, [name]: value })}
        />
      ))}
      {custom.stolen_percent > 0 && (
        <Select
          label="Stolen from"
          value={custom.stolen_from}
          onChange={(from) => onChange({ ...custom, stolen_from: from === "reserve" ? "reserve" : "liquidity" })}
          options={[
            ["liquidity", "The liquidity side"],
            ["reserve", "The reserve"],
          ]}
        />
      )}
      <SavedScenarios custom={custom} onLoad={onChange} />
    </>
  );
}

function SavedScenarios({ custom, onLoad }: { readonly custom: Custom; onLoad(custom: Custom): void }): ReactNode {
  const [list, setList] = useState<readonly Saved[]>(savedStore.read);
  const [name, setName] = useState("");
  const keep = (next: readonly Saved[]): void => {
    savedStore.write(next);
    setList(next);
  };
  return (
    <fieldset className="flex flex-col gap-1 rounded border border-line px-2 pb-2">
      <legend className="px-1 text-xs font-medium text-ink-2">Saved in this browser</legend>
      {list.map((item) => (
        <div key={item.name} className="flex items-center justify-between gap-2">
          <Button look="ghost" className="min-w-0 flex-1 justify-start truncate" onClick={() => onLoad(item.custom)}>
            {item.name}
          </Button>
          <Button
            look="ghost"
            icon="close"
            aria-label={`Remove ${item.name}`}
            onClick={() => keep(list.filter((other) => other.name !== item.name))}
          />
        </div>
      ))}
      <div className="flex items-start gap-2">
        <Input
          label="Name of this scenario"
          hideLabel
          placeholder="Name it to save it"
          value={name}
          maxLength={80}
          onChange={(event) => setName(event.target.value)}
          className="min-w-0 flex-1"
        />
        <Button
          disabled={name.trim() === ""}
          onClick={() => {
            keep(withSaved(list, name, custom));
            setName("");
          }}
        >
          Save
        </Button>
      </div>
    </fieldset>
  );
}
