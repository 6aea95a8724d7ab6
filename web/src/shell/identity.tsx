/** Who is at this screen. It decides what is "mine" and which demo key signs; it gives no right: a signature does. */
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { queries } from "../api/queries.ts";
import type { People } from "../api/types.ts";

const KEY = "tidegate.person";

export type Person = People["items"][number];

interface Identity {
  readonly people: readonly Person[];
  readonly me: Person | null;
  choose(id: string): void;
  nameOf(id: string): string;
}

const IdentityContext = createContext<Identity | null>(null);

export function useIdentity(): Identity {
  const identity = useContext(IdentityContext);
  if (!identity) throw new Error("useIdentity outside its provider");
  return identity;
}

/** `known` is whom the server takes this request for; null on an open loopback, where the person says it. */
export function IdentityProvider({
  known,
  children,
}: {
  readonly known: string | null;
  readonly children: ReactNode;
}): ReactNode {
  const people = useQuery(queries.people()).data?.items;
  const [chosen, setChosen] = useState(() => sessionStorage.getItem(KEY));
  const identity = useMemo<Identity>(() => {
    const all = people ?? [];
    return {
      people: all,
      me: all.find((person) => person.id === (known ?? chosen)) ?? null,
      choose: (id) => {
        sessionStorage.setItem(KEY, id);
        setChosen(id);
      },
      nameOf: (id) => all.find((person) => person.id === id.replace(/^person:/, ""))?.name ?? id,
    };
  }, [people, known, chosen]);
  return <IdentityContext value={identity}>{children}</IdentityContext>;
}
