/** Notices over the real protocols on loopback: a signed webhook, a Slack-compatible hook, and SMTP. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import { createNoticeChannel, signWebhook } from "./notice_channels.ts";
import { createSystemClock } from "./system_clock.ts";

const BODY = {
  ...{ type: "margin_call.opened", at: 0, facility_id: "fac_1", reference: "L-1", customer_id: "acme" },
  ...{ call_id: "call_1", text: "L-1 of acme reached margin call." },
};
const SECRET = `whsec_${Buffer.from("a secret of the receiver").toString("base64")}`;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function receiver(status: number) {
  const seen: { headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      seen.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

const base = { id: "desk", secret: null, to: null, from: null };

describe("a webhook", () => {
  it("is signed over its id, its time and its very body", async () => {
    const { seen, url } = await receiver(204);
    const channel = createNoticeChannel({ ...base, kind: "webhook", url, secret: SECRET }, createSystemClock());
    await channel.deliver({ id: "msg_1", body: BODY });
    const [got] = seen;
    expect(got?.headers["webhook-id"]).toBe("msg_1");
    const stamp = String(got?.headers["webhook-timestamp"]);
    expect(got?.headers["webhook-signature"]).toBe(signWebhook(SECRET, "msg_1", stamp, got?.body ?? ""));
    expect(JSON.parse(got?.body ?? "{}")).toMatchObject({ type: "margin_call.opened", data: { facility_id: "fac_1" } });
  });

  it("agrees with the example of the standard", () => {
    // https://github.com/standard-webhooks/standard-webhooks, test vector of the reference libraries
    const body = '{"test": 2432232314}';
    const signature = signWebhook(
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "1614265330",
      body,
    );
    expect(signature).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  it("is not delivered when the receiver does not take it", async () => {
    const { url } = await receiver(500);
    const channel = createNoticeChannel({ ...base, kind: "webhook", url, secret: SECRET }, createSystemClock());
    await expect(channel.deliver({ id: "msg_1", body: BODY })).rejects.toMatchObject({ code: "notice_refused" });
  });
});

it("a Slack-compatible hook gets the sentence", async () => {
  const { seen, url } = await receiver(200);
  await createNoticeChannel({ ...base, kind: "slack", url }, createSystemClock()).deliver({ id: "m", body: BODY });
  expect(JSON.parse(seen[0]?.body ?? "{}")).toEqual({ text: BODY.text });
});

it("e-mail goes over SMTP with an id of its own", async () => {
  const mails: string[] = [];
  const server = new SMTPServer({
    ...{ disabledCommands: ["AUTH", "STARTTLS"], logger: false },
    onData: (stream, _session, done) => {
      let text = "";
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      stream.on("end", () => {
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  const url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const channel = createNoticeChannel(
    { ...base, kind: "email", url, to: "desk@acme.example", from: "credit@tidegate.example" },
    createSystemClock(),
  );
  await channel.deliver({ id: "msg_1", body: BODY });
  expect(mails[0]).toContain("Message-ID: <msg_1@tidegate>");
  expect(mails[0]).toContain(BODY.text);
});
