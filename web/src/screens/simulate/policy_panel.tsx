/** Trying another policy: the file stays where it is edited, so this is a command. */
import type { ReactNode } from "react";
import { Copy } from "../../widgets/copy.tsx";
import { Panel } from "../../widgets/panel.tsx";

const COMMAND = "./tidegate policy diff FILE";

export function PolicyPanel(): ReactNode {
  return (
    <Panel title="Another policy">
      <p className="max-w-2xl">
        Write the change into a copy of the configuration, then ask what it would do now, and what it would have done
        with the decisions that were recorded in the last 30 days. Nothing is changed by asking.
      </p>
      <p className="mt-3">
        <code className="rounded border border-line bg-raised px-2 py-1 font-mono">{COMMAND}</code>
        <Copy text={COMMAND} what="command" />
      </p>
    </Panel>
  );
}
