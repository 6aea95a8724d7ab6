/** Asking for a transfer in words: the same words are one transfer until it ended; then they may be said again, and are a new one. */
import type { Transfer, TransferDetail } from "../api/index.ts";
import { digestOf } from "../digest/index.ts";
import type { Client } from "./client.ts";
import { CliError } from "./errors.ts";

const ENDED: ReadonlySet<Transfer["state"]> = new Set(["settled", "denied", "expired", "cancelled", "failed"]);
/** So often the same words may have been said before. */
const SAID_MAX = 100;

interface Asked {
  readonly answer: Transfer;
  readonly replayed: boolean;
}

/** The transfer that was asked for, as it stands now; one that these words asked for before and that ended is not it. */
export async function askTransfer(client: Client, path: string, body: object): Promise<Transfer> {
  let after: string | null = null;
  for (let said = 0; said < SAID_MAX; said += 1) {
    const key: string = `ask-${digestOf("request", { path, body, after })}`;
    const { answer, replayed }: Asked = await client.ask<Transfer>(path, body, key);
    const now = replayed ? await present(client, answer.id) : answer;
    // One that was made just now has not ended, so an answer that says so is of one that was asked for before.
    if (!ENDED.has(now.state)) return now;
    after = now.id;
  }
  throw new CliError("usage", `This was asked for ${SAID_MAX} times in the same words; say another reason.`);
}

async function present(client: Client, id: string): Promise<Transfer> {
  return (await client.get<TransferDetail>(`/v1/transfers/${encodeURIComponent(id)}`)).transfer;
}
