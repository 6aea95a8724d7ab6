/** The loan book as a whole: `facilities portfolio`, `prices` and `what-if`. */
import type { CreditPortfolio, CreditPriceList, CreditShock } from "../../api/index.ts";
import { type CliContext, clientOf, type RemoteOptions } from "../command.ts";
import { answer, fields, ltvText, money, table } from "../output.ts";

export interface ShockFlags extends RemoteOptions {
  readonly scenario?: string;
  readonly to?: string;
}

export async function portfolio(flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const found = await client.get<CreditPortfolio>("/v1/credit/portfolio");
  answer(context.io, flags.json, found, (book) =>
    [
      fields([
        ["facilities", String(book.facilities)],
        ["owed", money(book.owed)],
        ["collateral after haircuts", money(book.value)],
        ["loan to value", `${ltvText(book.ltv)}${book.trusted ? "" : " (prices are not trusted)"}`],
        ["at the margin call level", String(book.at_level.margin_call)],
        ["at the liquidation level", String(book.at_level.liquidation)],
        ["concentration", `${book.concentration_percent} % (0 % spread thin, 100 % one borrower)`],
        [
          "watched",
          `${book.watch.watched}, ${book.watch.deferred} wait for a price, ${book.watch.mismatches} mismatches`,
        ],
      ]),
      table(
        ["up to %", "facilities", "owed"],
        book.classes.map((one) => [String(one.up_to_percent ?? "more"), String(one.facilities), money(one.owed)]),
      ),
      table(
        ["customer", "owed", "share %"],
        book.customers.map((one) => [one.customer_id, money(one.owed), one.share_percent]),
      ),
    ].join("\n"),
  );
}

export async function prices(flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const found = await client.get<CreditPriceList>("/v1/credit/prices");
  answer(context.io, flags.json, found, ({ items }) =>
    table(
      ["asset", "price", "status", "may", "sources", "spread %", "age s", "doubt"],
      items.map((one) => [
        ...[one.asset, one.price === null ? "-" : money(one.price), one.status, one.trust],
        ...[String(one.sources.length), one.spread_percent ?? "-", String(Math.round((one.age_ms ?? 0) / 1_000))],
        one.doubt ?? "-",
      ]),
    ),
  );
}

export async function whatIf(flags: ShockFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const body = {
    ...(flags.scenario === undefined ? {} : { scenario: flags.scenario }),
    ...(flags.to === undefined ? {} : { to_percent: Number(flags.to) }),
  };
  const found = await client.post<CreditShock>("/v1/credit/what-if", body);
  answer(context.io, flags.json, found, ({ title, points }) =>
    [
      `${title}, from the prices of now and before anybody acts:`,
      table(
        ["hours", "price %", "warning", "margin call", "liquidation", "to liquidate", "shortfall", "under water"],
        points.map((at) => [
          ...[
            String(Math.round(at.hours * 10) / 10),
            at.price_percent,
            String(at.stages.warning),
            String(at.stages.margin_call),
          ],
          ...[
            String(at.stages.liquidation),
            money(at.to_liquidate),
            money(at.expected_shortfall),
            String(at.under_water),
          ],
        ]),
      ),
    ].join("\n"),
  );
}
