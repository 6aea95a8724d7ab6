/**
 * A BitGo for tests and drills: the platform's v2 paths and those of Express in one server, on loopback, with state, real
 * authentication, the rate limit, webhooks that are signed, and injected faults. It is checked against BitGo's published OpenAPI
 * files by `npm run venues:contract`.
 */
import type { Clock } from "../../ports/index.ts";
import { type SandboxReply, type SandboxRequest, SandboxServer } from "../http/index.ts";
import { type BitgoUser, userOf } from "./auth.ts";
import { RateWindow } from "./rate.ts";
import { approvalRoutes } from "./routes_approvals.ts";
import { sendRoutes } from "./routes_sends.ts";
import { walletRoutes } from "./routes_wallets.ts";
import { type PolicyAsker, WebhookSender } from "./webhooks.ts";
import { BitgoWorld, type BitgoWorldOptions } from "./world.ts";

export interface BitgoServerOptions extends Omit<BitgoWorldOptions, "now" | "onChange"> {
  readonly clock: Clock;
  readonly users: readonly BitgoUser[];
  /** Signs webhooks. */
  readonly webhook_secret: string;
  /** Opens the wallets' keys at Express. */
  readonly passphrase: string;
  /** Asked before anything is signed, as a webhook policy rule does; absent: there is no such rule. */
  readonly policy?: PolicyAsker;
}

export interface BitgoServer {
  readonly url: string;
  readonly world: BitgoWorld;
  readonly server: SandboxServer;
  readonly webhooks: WebhookSender;
  stop(): Promise<void>;
}

/** What routes work with. */
export interface BitgoContext extends BitgoServerOptions {
  readonly world: BitgoWorld;
}

/** @example const bitgo = await startBitgoServer({ clock, coins, users, enterprise, seed: 1, approve_after_ms: null, ... }) */
export async function startBitgoServer(options: BitgoServerOptions): Promise<BitgoServer> {
  const { clock, users } = options;
  const webhooks = new WebhookSender(options.webhook_secret);
  const world = new BitgoWorld({ ...options, now: clock.now(), onChange: (change) => webhooks.tell(world, change) });
  const context: BitgoContext = { ...options, world };
  const rate = new RateWindow();
  const server = new SandboxServer({
    name: "bitgo",
    clock,
    before: () => world.advance(clock.now()),
    guard: (request) => {
      const user = userOf(request, users, clock.now());
      if (user === null) return failed(401, "Unauthorized", "unauthorized");
      const wait_s = rate.take(user.id, clock.now());
      return wait_s === null
        ? null
        : { ...failed(429, "TooManyRequests", "rate limit exceeded"), retry_after_s: wait_s };
    },
    routes: [...walletRoutes(context), ...sendRoutes(context), ...approvalRoutes(context)],
    notFound: failed(404, "NotFound", "no such path"),
    headers: () => ({ date: new Date(clock.now()).toUTCString() }),
  });
  const url = await server.start();
  return {
    url,
    world,
    server,
    webhooks,
    stop: async () => {
      await webhooks.stop();
      await server.stop();
    },
  };
}

/** Who asks; the guard has let him in. */
export function askerOf({ users, clock }: BitgoContext, request: SandboxRequest): string {
  return userOf(request, users, clock.now())?.id ?? "nobody";
}

export function ok(body: unknown): SandboxReply {
  return { status: 200, body };
}

export function failed(
  status: number,
  name: string,
  error: string,
  context: Record<string, unknown> = {},
): SandboxReply {
  return { status, body: { error, name, requestId: `fake-${name}`, context } };
}
