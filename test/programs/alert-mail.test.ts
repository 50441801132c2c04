/**
 * Proves: the real Alertmanager sends mail to a server with a certificate of its own CA where the
 * receiver names that, with user and password, over STARTTLS, and with subject, text and links as
 * the templates have them; without the CA it sends nothing. The server is the lab's.
 */
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { EmailReceiverArgs } from "../../components/alertmanager/args";
import {
  alertsIn,
  mailCertificate,
  type MailCertificate,
  mailServer,
  type Mail,
} from "../../lab/scenarios/notifications/mail-server";
import { Alertmanagers, Receivers } from "./support/alertmanagers";
import { until } from "./support/server";

const mails: Mail[] = [];
const receivers = new Receivers();
let alertmanagers: Alertmanagers;
let certificate: MailCertificate;
let server: ReturnType<typeof mailServer>;

beforeAll(async () => {
  certificate = await mailCertificate("127.0.0.1");
  // The password that the support writes for receivers.
  const login = { user: "alerts", password: "secret" };
  server = mailServer({ ...certificate, ...login, onMail: (mail) => void mails.push(mail) });
  // Whoever does not trust it ends the handshake.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  const email = (to: string, more: Partial<EmailReceiverArgs>) => ({
    email: {
      to: [`${to}@example.com`],
      from: "alerts@example.com",
      smarthost: `127.0.0.1:${port}`,
      username: "alerts",
      passwordFrom: { secret: "", key: "" },
      ...more,
    },
  });
  await receivers.start();
  alertmanagers = new Alertmanagers(receivers);
  await alertmanagers.start({
    receivers: {
      shop: email("shop", { caCertificate: certificate.caCertificate }),
      trusting: email("trusting", {}),
    },
    routes: [
      { receiver: "trusting", groupWait: "0s", groupInterval: "2s", continue: true },
      { receiver: "shop", groupWait: "1s", groupInterval: "2s" },
    ],
  });
});
afterAll(async () => {
  await alertmanagers?.stop();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  receivers.stop();
});

const labels = { alertname: "SlowPages", cluster: "prd-1", severity: "warning", team: "shop" };
const annotations = {
  summary: "Pages are slow",
  description: "Half of them take more than 2 s.",
  runbook_url: "https://runbooks.example.com/#slowpages",
  dashboard_url: "https://grafana.example.com/d/pages?var-cluster=prd-1&from=now-1h",
};

it("a mail says what and where, with links, once when it fires and once when it ends", async () => {
  await alertmanagers.post([{ labels, annotations }]);
  await until("the mail", async () => (mails.length > 0 ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(mails).toEqual([
    {
      to: ["shop@example.com"],
      from: "alerts@example.com",
      subject: "[FIRING:1] SlowPages in prd-1 (warning)",
      text: expect.any(String) as string,
    },
  ]);
  expect(mails[0]!.text.replaceAll("\r\n", "\n").trim()).toBe(
    [
      annotations.summary,
      annotations.description,
      "alertname=SlowPages cluster=prd-1 severity=warning team=shop ",
      `Runbook: ${annotations.runbook_url}`,
      `Dashboard: ${annotations.dashboard_url}`,
      "Silence: https://alerts.example.com/#/silences/new?filter=%7Balertname%3D%22SlowPages%22" +
        "%2C%20cluster%3D%22prd-1%22%2C%20severity%3D%22warning%22%2C%20team%3D%22shop%22%7D",
    ].join("\n"),
  );
  expect(alertsIn(mails[0]!.text)).toEqual([{ status: "firing", labels }]);

  await alertmanagers.post([{ labels, annotations, endsAt: new Date().toISOString() }]);
  await until("its end", async () => (mails.length > 1 ? true : undefined));
  expect(mails[1]!.subject).toBe("[RESOLVED] SlowPages in prd-1 (warning)");
  expect(alertsIn(mails[1]!.text)).toEqual([{ status: "resolved", labels }]);
});

it("nothing is sent to a server whose CA is not trusted", async () => {
  await until("the attempts", async () =>
    alertmanagers.running[0]!.process.output().includes("certificate signed by unknown authority")
      ? true
      : undefined,
  );
  expect(mails.flatMap(({ to }) => to)).not.toContain("trusting@example.com");
});

it("several alerts in one mail are told apart", () => {
  const text = [
    "One is down",
    "Nothing of it arrives",
    "alertname=One node=a ",
    "Runbook: https://runbooks.example.com/?a=b",
    "Silence: https://alerts.example.com/",
    "",
    "Two (resolved)",
    "alertname=Two empty= ",
    "Silence: https://alerts.example.com/",
    "",
    "",
  ].join("\r\n");
  expect(alertsIn(text)).toEqual([
    { status: "firing", labels: { alertname: "One", node: "a" } },
    { status: "resolved", labels: { alertname: "Two", empty: "" } },
  ]);
});
