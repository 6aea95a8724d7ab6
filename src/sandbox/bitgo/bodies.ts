/** What BitGo's objects look like on the wire. Field names and types are those of its published OpenAPI file; amounts are strings. */
import { ID_PATTERN, idOf } from "./ids.ts";
import type { BitgoApproval, BitgoTransfer, BitgoWallet, BitgoWebhook } from "./types.ts";
import type { BitgoWorld } from "./world.ts";

/** A wallet seen through one coin: its own, or a token in it. */
export function walletBody(world: BitgoWorld, wallet: BitgoWallet, coin: string): Record<string, unknown> {
  const { confirmed, held, incoming } = world.balance(wallet, coin);
  const pending = world.now < wallet.ready_at;
  return {
    id: wallet.id,
    coin,
    label: wallet.label,
    enterprise: world.enterprise,
    type: "hot",
    multisigType: "onchain",
    m: 2,
    n: 3,
    allowBackupKeySigning: false,
    approvalsRequired: 1,
    deleted: false,
    disableTransactionNotifications: false,
    hasLargeNumberOfAddresses: false,
    isCold: false,
    startDate: new Date(0).toISOString(),
    coinSpecific: world.coin(wallet.coin).kind === "utxo" ? {} : { pendingChainInitialization: pending },
    balanceString: String(confirmed - held + incoming),
    confirmedBalanceString: String(confirmed),
    spendableBalanceString: String(confirmed - held),
    receiveAddress: addressBody(world, wallet, {
      id: idOf("address", wallet.id),
      address: wallet.address,
      ready_at: wallet.ready_at,
    }),
  };
}

export function addressBody(
  world: BitgoWorld,
  wallet: BitgoWallet,
  row: BitgoWallet["addresses"][number],
): Record<string, unknown> {
  const pending = world.now < row.ready_at;
  return {
    id: row.id,
    address: row.address,
    coin: wallet.coin,
    wallet: wallet.id,
    chain: 0,
    index: wallet.addresses.findIndex(({ id }) => id === row.id) + 1,
    coinSpecific: world.coin(wallet.coin).kind === "utxo" ? {} : { pendingChainInitialization: pending },
  };
}

export function transferBody(world: BitgoWorld, row: BitgoTransfer): Record<string, unknown> {
  const sent = row.type === "send";
  const change = sent ? -(row.amount + row.fee) : row.amount;
  const time = new Date(row.changed_at).toISOString();
  return {
    id: row.id,
    coin: row.coin,
    wallet: row.wallet,
    enterprise: world.enterprise,
    txid: row.txid,
    height: row.height,
    date: new Date(world.dateOf(row)).toISOString(),
    createdTime: new Date(row.created_at).toISOString(),
    ...(row.confirmed_at === null ? {} : { confirmedTime: new Date(row.confirmed_at).toISOString() }),
    ...(row.state === "removed" ? { removedTime: time } : {}),
    confirmations: world.confirmations(row),
    type: row.type,
    valueString: String(change),
    baseValueString: String(change),
    baseValueWithoutFeesString: String(sent ? -row.amount : row.amount),
    feeString: String(row.fee),
    usd: 0,
    usdRate: 0,
    state: row.state,
    tags: [row.wallet],
    history: [{ date: new Date(row.created_at).toISOString(), action: "created" }],
    comment: row.comment,
    coinSpecific: {},
    ...(row.sequence_id === null ? {} : { sequenceId: row.sequence_id }),
    ...(row.replaced_by.length === 0 ? {} : { replacedBy: row.replaced_by }),
    ...(row.replaces.length === 0 ? {} : { replaces: row.replaces }),
    entries: entriesOf(world, row),
  };
}

/** How the platform shows the transfer of a pending approval: fewer fields, and the approval's id. */
export function approvalTransferBody(world: BitgoWorld, row: BitgoTransfer): Record<string, unknown> {
  const { createdTime: _created, tags: _tags, ...shown } = transferBody(world, row);
  const pending = world.approvalOf(row.id)?.id;
  return { transfer: { ...shown, ...(pending === undefined ? {} : { pendingApproval: pending }) } };
}

/** How Express shows a wallet that it has just made. */
export function madeWalletBody(world: BitgoWorld, wallet: BitgoWallet): Record<string, unknown> {
  const { id, coin, label, m, n, coinSpecific, deleted, approvalsRequired } = walletBody(world, wallet, wallet.coin);
  return { wallet: { id, coin, label, m, n, coinSpecific, deleted, approvalsRequired } };
}

/** Only the wallet's own entries carry its id. */
function entriesOf(world: BitgoWorld, row: BitgoTransfer): unknown[] {
  const memo = row.memo === null ? {} : { memo: row.memo };
  if (row.type === "receive")
    return [{ address: row.address, wallet: row.wallet, valueString: String(row.amount), ...memo }];
  const own = world.wallets.get(row.wallet)?.address ?? "";
  return [
    { address: own, wallet: row.wallet, valueString: String(-(row.amount + row.fee)) },
    { address: row.address, valueString: String(row.amount), ...memo },
  ];
}

export function approvalBody(world: BitgoWorld, row: BitgoApproval): Record<string, unknown> {
  const transfer = world.transfers.get(row.transfer_id);
  const total = row.recipients.reduce((sum, { amount }) => sum + amount, 0n);
  return {
    id: row.id,
    coin: row.coin,
    wallet: row.wallet,
    enterprise: world.enterprise,
    creator: ID_PATTERN.test(row.creator) ? row.creator : idOf("user", row.creator),
    createDate: new Date(row.created_at).toISOString(),
    state: row.state,
    scope: "wallet",
    approvalsRequired: 1,
    info: {
      type: "transactionRequest",
      transactionRequest: {
        requestedAmount: String(total),
        fee: String(transfer?.fee ?? 0n),
        sourceWallet: row.wallet,
        comment: transfer?.comment ?? "",
        recipients: row.recipients.map(({ address, amount }) => ({ address, amount: String(amount) })),
        buildParams: transfer?.sequence_id ? { sequenceId: transfer.sequence_id } : {},
      },
    },
  };
}

export function webhookBody(row: BitgoWebhook): Record<string, unknown> {
  return {
    id: row.id,
    walletId: row.wallet,
    coin: row.coin,
    type: row.type,
    url: row.url,
    version: 2,
    state: "active",
    created: new Date(row.created_at).toISOString(),
    successiveFailedAttempts: 0,
    allToken: false,
    numConfirmations: 0,
  };
}
