/**
 * Where notices of lending go: a webhook signed as Standard Webhooks say (https://www.standardwebhooks.com: HMAC-SHA256 over
 * `id.timestamp.body`), a Slack-compatible incoming hook, and e-mail. A notice keeps its id, so that a receiver who gets it again
 * after a lost answer knows it.
 */
import { createHmac } from "node:crypto";
import { createTransport } from "nodemailer";
import type { NoticeChannelConfig } from "../config/types.ts";
import { TidegateError } from "../errors/index.ts";
import type { NoticeChannel } from "../lending/index.ts";
import type { Clock } from "../ports/index.ts";

const TIMEOUT_MS = 10_000;
const SECRET_PREFIX = "whsec_";

/** @example createNoticeChannel({ id: "desk", kind: "webhook", url, secret: "whsec_...", to: null, from: null }, clock) */
export function createNoticeChannel(config: NoticeChannelConfig, clock: Clock): NoticeChannel {
  switch (config.kind) {
    case "webhook":
      return webhook(config, clock);
    case "slack":
      return { id: config.id, deliver: ({ body }) => post(config.url, JSON.stringify({ text: body.text }), {}) };
    case "email":
      return email(config);
  }
}

function webhook({ id, url, secret }: NoticeChannelConfig, clock: Clock): NoticeChannel {
  return {
    id,
    deliver: (notice) => {
      const timestamp = String(Math.floor(clock.now() / 1_000));
      const body = JSON.stringify({
        type: notice.body.type,
        timestamp: new Date(notice.body.at).toISOString(),
        data: notice.body,
      });
      return post(url, body, {
        "webhook-id": notice.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signWebhook(secret ?? "", notice.id, timestamp, body),
      });
    },
  };
}

/** `v1,<base64>`. */
export function signWebhook(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret, "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

function email({ id, url, to, from }: NoticeChannelConfig): NoticeChannel {
  const transport = createTransport(url, { connectionTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS } as never);
  return {
    id,
    deliver: async ({ id: notice_id, body }) => {
      await transport.sendMail({
        ...{ to: to ?? "", from: from ?? "", subject: `${body.reference}: ${body.type}`, text: body.text },
        // The same notice again is the same message.
        messageId: `<${notice_id}@tidegate>`,
      });
    },
  };
}

async function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.arrayBuffer();
  if (response.ok) return;
  throw new TidegateError("unavailable", "notice_refused", `The receiver answered ${response.status}.`);
}
