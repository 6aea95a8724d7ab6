/** Vaults that the sandbox custodians open on demand, each under our reference, whose name it bears from then on. */
import { z } from "zod";
import type { HttpReply, HttpRequest, SendResult, VendorError } from "../http/index.ts";
import type { CreateWalletOutcome, CreateWalletRequest } from "../port.ts";

const vaultShape = z.object({ vault_id: z.string().min(1), asset: z.string() });

export function askForVault({ reference, asset, network, label }: CreateWalletRequest): HttpRequest {
  const body = JSON.stringify({ external_id: reference, asset, network, label });
  return { method: "POST", target: "/v2/vaults", body, headers: {} };
}

export function readOpened(
  result: SendResult,
  { asset, label }: CreateWalletRequest,
  readError: (reply: HttpReply) => VendorError | null,
): CreateWalletOutcome {
  if (!result.answered) return { outcome: "unknown", message: result.message };
  const { reply } = result;
  const row = reply.status === 201 ? vaultShape.safeParse(reply.body).data : undefined;
  if (row?.asset === asset) return { outcome: "created", wallet: { account: row.vault_id, asset, label } };
  const error = reply.status >= 400 && reply.status < 500 ? readError(reply) : null;
  if (error !== null) return { outcome: "rejected", code: error.code, message: error.message };
  return { outcome: "unknown", message: `The custodian answered ${reply.status}.` };
}
