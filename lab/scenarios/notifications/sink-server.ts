/*
 * Takes notifications as a webhook receiver and a mail server do; a program of its own, because it
 * runs where pods reach it.
 *
 *   tsx sink-server.ts <settings.json>    POST /<receiver> takes one, GET /received shows them all;
 *                                         mail to <receiver>@... is one as well
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { alertsIn, type Mail, mailServer, type ToldAlert } from "./mail-server.js";

/** Of Alertmanager's format, what is looked at. */
interface Notification {
  readonly alerts: readonly ToldAlert[];
}

/** An alert that a receiver was told of. */
export interface Received extends ToldAlert {
  readonly receiver: string;
  /** When it came, in milliseconds. */
  readonly at: number;
  /** Where it came by mail. */
  readonly mail?: Mail;
}

/** What the program reads when it starts. */
export interface SinkSettings {
  readonly address: string;
  readonly port: number;
  readonly mail: {
    readonly port: number;
    readonly key: string;
    readonly certificate: string;
    readonly user: string;
    readonly password: string;
  };
}

const received: Received[] = [];

function note(receiver: string, alerts: readonly ToldAlert[], mail?: Mail): void {
  const at = Date.now();
  for (const { status, labels } of alerts)
    received.push({ receiver, at, status, labels, ...(mail && { mail }) });
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "GET") {
    response.end(JSON.stringify(received));
    return;
  }
  const { alerts } = (await json(request)) as Notification;
  note((request.url ?? "").slice(1), alerts);
  response.end();
}

function takeMail(mail: Mail): void {
  for (const to of mail.to) note(to.split("@")[0] ?? "", alertsIn(mail.text), mail);
}

const settings = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as SinkSettings;
const { address, port, mail } = settings;
createServer((request, response) => void answer(request, response)).listen(port, address);
mailServer({ ...mail, onMail: takeMail }).listen(mail.port, address);
