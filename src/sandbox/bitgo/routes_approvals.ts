/** Pending approvals and the policy rules that make them. Nobody approves what he created himself; everybody may reject it. */
import { type Route, type SandboxReply, type SandboxRequest, textField } from "../http/index.ts";
import { approvalBody, approvalTransferBody } from "./bodies.ts";
import { ID_PATTERN } from "./ids.ts";
import { askerOf, type BitgoContext, failed, ok } from "./server.ts";
import type { BitgoApproval } from "./types.ts";

const ONE = /^\/api\/v2\/pendingapprovals\/([^/]+)$/;

export function approvalRoutes(context: BitgoContext): Route[] {
  return [
    { method: "GET", pattern: /^\/api\/v2\/pendingapprovals$/, run: (request) => list(context, request) },
    { method: "GET", pattern: ONE, run: (request) => withApproval(context, request, read) },
    { method: "PUT", pattern: ONE, run: (request) => withApproval(context, request, resolve) },
    {
      method: "GET",
      pattern: /^\/api\/v2\/pendingapprovals\/([^/]+)\/transfer$/,
      run: (request) => withApproval(context, request, transferOf),
    },
    {
      method: "GET",
      pattern: /^\/api\/policy\/v1\/enterprises\/([^/]+)\/rules$/,
      run: () => ok({ nextBatchPrevId: "", rules: rulesOf(context) }),
    },
  ];
}

type Run = (context: BitgoContext, request: SandboxRequest, approval: BitgoApproval) => SandboxReply;

function withApproval(context: BitgoContext, request: SandboxRequest, run: Run): SandboxReply {
  const [id = ""] = request.parts;
  const approval = ID_PATTERN.test(id) ? context.world.approvals.get(id) : undefined;
  return approval ? run(context, request, approval) : failed(400, "ApprovalNotFound", "pending approval not found");
}

const read: Run = ({ world }, _request, approval) => ok(approvalBody(world, approval));

const transferOf: Run = ({ world }, _request, approval) => {
  const row = world.transfers.get(approval.transfer_id);
  return row ? ok(approvalTransferBody(world, row)) : failed(404, "TransferNotFound", "transfer not found");
};

const resolve: Run = (context, request, approval) => {
  const state = textField(request.json, "state");
  if (state !== "approved" && state !== "rejected") return failed(400, "Invalid", "state must be approved or rejected");
  const done = context.world.resolve(approval, state, askerOf(context, request));
  if (!done)
    return failed(400, "ApprovalResolved", "the pending approval cannot be resolved by this user, or not any more");
  return ok(approvalBody(context.world, approval));
};

function list({ world }: BitgoContext, { query }: SandboxRequest): SandboxReply {
  const wallet = query.get("walletId");
  const states = query.getAll("state");
  const rows = [...world.approvals.values()].filter(
    (row) =>
      (wallet === null || row.wallet === wallet) &&
      (states.length === 0 ? row.state === "pending" : states.includes(row.state)),
  );
  return ok({ pendingApprovals: rows.map((row) => approvalBody(world, row)) });
}

/** One rule for each wallet whose sends wait, and one for the webhook that is asked. */
function rulesOf({ world, policy }: BitgoContext): unknown[] {
  const time = new Date(0).toISOString();
  const rule = (id: string, name: string, clauses: unknown[], wallets: readonly string[]) => ({
    id,
    uniqueId: id,
    name,
    status: "ACTIVE",
    version: 1,
    adminOnly: false,
    touchpointId: "withdrawal",
    touchpointLabel: "Withdrawal",
    scopeId: "wallet.segregated",
    scopeLabel: "Wallet",
    clauses,
    filteringConditions: [{ name: "wallet.ids", parameters: { walletId: wallets } }],
    locked: true,
    lockType: "PERMANENT",
    enterpriseId: world.enterprise,
    createdBy: "fake",
    modifiedBy: "fake",
    createdDate: time,
    modifiedDate: time,
  });
  const guarded = [...world.wallets.values()].filter(({ needs_approval }) => needs_approval);
  const people = guarded.map(({ id, label }) =>
    rule(
      `people-${id}`,
      `${label} waits for people`,
      [{ conditions: [], actions: [{ name: "approvals.customer.enterpriseAdmin", parameters: { minRequired: 1 } }] }],
      [id],
    ),
  );
  if (!policy) return people;
  const condition = { name: "transfer.webhook", parameters: { webhookUrl: policy.url } };
  return [
    ...people,
    rule(
      "webhook",
      "Tidegate is asked",
      [{ conditions: [condition], actions: [{ name: "approvals.always.deny" }] }],
      [],
    ),
  ];
}
