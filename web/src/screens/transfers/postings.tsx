/** What a transfer did to the books: every posting sums to zero. */
import type { ReactNode } from "react";
import type { TransferDetail } from "../../api/types.ts";
import { Empty } from "../../widgets/panel.tsx";
import { Amount, Time } from "../../widgets/value.tsx";

type Posting = TransferDetail["postings"][number];

export function Postings({ postings }: { readonly postings: readonly Posting[] }): ReactNode {
  if (postings.length === 0)
    return <Empty title="Nothing is booked yet">Books change when the venue has taken it.</Empty>;
  return (
    <div className="flex flex-col gap-4">
      {postings.map((posting) => (
        <PostingTable key={posting.id} posting={posting} />
      ))}
    </div>
  );
}

function PostingTable({ posting }: { readonly posting: Posting }): ReactNode {
  return (
    <div>
      <p className="flex flex-wrap justify-between gap-x-3 font-medium">
        {posting.memo}
        <span className="text-xs font-normal text-muted">
          <Time at={posting.at} /> UTC
        </span>
      </p>
      <table className="mt-1 w-full text-right text-xs">
        <caption className="sr-only">{posting.memo}</caption>
        <thead>
          <tr className="label border-b border-line">
            <th scope="col" className="py-1 text-left">
              Account
            </th>
            <th scope="col" className="py-1 pl-2">
              Debit
            </th>
            <th scope="col" className="py-1 pl-2">
              Credit
            </th>
            <th scope="col" className="py-1 pl-2 max-sm:hidden">
              Balance after
            </th>
          </tr>
        </thead>
        <tbody>
          {posting.entries.map((entry) => (
            <tr key={`${entry.account} ${entry.side}`} className="border-b border-line">
              <td className="py-1 text-left break-all">{entry.account}</td>
              <td className="py-1 pl-2">{entry.side === "debit" && <Amount money={entry.amount} />}</td>
              <td className="py-1 pl-2">{entry.side === "credit" && <Amount money={entry.amount} />}</td>
              <td className="py-1 pl-2 text-muted max-sm:hidden">
                <Amount money={entry.balance_after} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
