/** Proposals as they are read: all that wait, and one by its id. */
import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import {
  fromBreak,
  fromEnvelope,
  fromExtension,
  fromFacility,
  fromResolution,
  fromSubstitution,
  fromWalletChange,
  type Proposal,
} from "./proposals.ts";

interface Read<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
}
export type Proposals = Read<readonly Proposal[]>;

/** All that wait; undefined until every kind was read. */
export function useProposals(): Proposals {
  const parts = [
    listOf(useQuery(queries.resolutions()), fromResolution),
    listOf(useQuery(queries.breakResolutions()), fromBreak),
    listOf(useQuery(queries.facilities("proposed")), fromFacility),
    listOf(useQuery(queries.extensions()), fromExtension),
    listOf(useQuery(queries.substitutions()), fromSubstitution),
    listOf(useQuery(queries.envelopes()), fromEnvelope),
    listOf(useQuery(queries.walletProposals()), fromWalletChange),
  ];
  const read = parts.every(({ data }) => data !== undefined);
  const waiting = parts.flatMap(({ data }) => data ?? []).filter(({ state }) => state === "open");
  return { data: read ? waiting : undefined, error: parts.find(({ error }) => error)?.error ?? null };
}

function listOf<T>({ data, error }: Read<{ readonly items: readonly T[] }>, from: (item: T) => Proposal): Proposals {
  return { data: data?.items.map(from), error };
}

/** Only the kind that was asked for is read: whatever else is in the cache under this id is of another kind. */
export function useProposal(id: string, kind: Proposal["kind"]): Read<Proposal> {
  const enabled = (which: Proposal["kind"]) => ({ enabled: kind === which });
  const read = {
    break: oneOf(useQuery({ ...queries.breakResolution(id), ...enabled("break") }), fromBreak),
    envelope: oneOf(useQuery({ ...queries.envelope(id), ...enabled("envelope") }), fromEnvelope),
    extension: oneOf(useQuery({ ...queries.extension(id), ...enabled("extension") }), fromExtension),
    substitution: oneOf(useQuery({ ...queries.substitution(id), ...enabled("substitution") }), fromSubstitution),
    facility: oneOf(useQuery({ ...queries.facility(id), ...enabled("facility") }), fromFacility),
    wallet: oneOf(useQuery({ ...queries.walletProposal(id), ...enabled("wallet") }), fromWalletChange),
    resolution: oneOf(useQuery({ ...queries.resolution(id), ...enabled("resolution") }), fromResolution),
  };
  return read[kind]();
}

/** Turned into a proposal only when it is the one that was asked for. */
function oneOf<T>({ data, error }: Read<T>, from: (item: T) => Proposal): () => Read<Proposal> {
  return () => ({ data: data === undefined ? undefined : from(data), error });
}
