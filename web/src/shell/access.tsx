/** Asked only by a daemon that is not bound to loopback: the bearer token of this person. */
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { token } from "../api/client.ts";
import { Button } from "../widgets/button.tsx";
import { Input } from "../widgets/field.tsx";

export function Access(): ReactNode {
  const client = useQueryClient();
  const [value, setValue] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    token.write(value.trim());
    void client.resetQueries();
  };
  return (
    <main className="grid min-h-screen place-items-center p-4">
      <form
        onSubmit={submit}
        className="flex w-full max-w-sm flex-col gap-3 rounded-lg border border-line bg-surface p-5"
      >
        <h1 className="text-lg font-semibold">Tidegate</h1>
        <Input
          label="Access token"
          type="password"
          autoComplete="current-password"
          value={value}
          onChange={(event) => setValue(event.target.value)}
          hint="Kept in this tab until it closes. Your administrator made it."
          required
        />
        <Button type="submit" look="primary">
          Open the terminal
        </Button>
      </form>
    </main>
  );
}
