/** A list that goes on: its newest page stays live, older ones are read by cursor when asked for, without an end. */
import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { get } from "./client.ts";
import { type Filter, withQuery } from "./queries.ts";

const FIRST_PAGE = 100;
/** Older pages are long: looking far back takes few requests, now and on every refresh. */
const OLDER_PAGE = 500;

export interface Page<T> {
  readonly items: readonly T[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

export interface Pages<T, P extends Page<T>> {
  /** Undefined until the first page came. */
  readonly data: { readonly items: readonly T[]; readonly first: P } | undefined;
  readonly error: Error | null;
  readonly has_more: boolean;
  readonly loading_more: boolean;
  more(): void;
}

/** Pages joined in order; a row that moved from one page to the next while they were read stands once. */
export function joinPages<T>(pages: readonly Page<T>[], keyOf: (item: T) => string): readonly T[] {
  const seen = new Map<string, T>();
  for (const page of pages) for (const item of page.items) if (!seen.has(keyOf(item))) seen.set(keyOf(item), item);
  return [...seen.values()];
}

/** @param resource first part of the key, so that one event refreshes what it touches; also the path below `/v1` */
export function usePages<T, P extends Page<T>>(
  resource: string,
  filter: Filter,
  keyOf: (item: T) => string,
): Pages<T, P> {
  const query = useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: [resource, "pages", filter],
      queryFn: ({ pageParam }) =>
        get<P>(
          withQuery(`/v1/${resource}`, {
            ...filter,
            limit: pageParam === null ? FIRST_PAGE : OLDER_PAGE,
            cursor: pageParam ?? undefined,
          }),
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (last: P) => last.next_cursor,
      placeholderData: keepPreviousData,
    }),
  );
  const pages = query.data?.pages;
  const [first] = pages ?? [];
  return {
    data: pages && first ? { items: joinPages(pages, keyOf), first } : undefined,
    error: query.error,
    has_more: query.hasNextPage,
    loading_more: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
  };
}
