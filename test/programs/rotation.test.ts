/**
 * Proves: while certificates are renewed, the CA is replaced in its three phases, a key is replaced
 * and an edge is revoked, the real agent and the real gateway load what is new in place: every
 * sample of 1,000 series a second arrives, and the agent is never started again. Does not prove:
 * how long kubelet takes to bring files into pods, nor what Mimir makes of it; the lab's scenario
 * `rotation` does.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { X509Certificate } from "node:crypto";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { distinguishedName } from "../../components/contract/identity";
import { agentConfig, type PrometheusAgentConfig } from "../../components/edge/metrics/config";
import type { GatewayClient } from "../../components/hub/gateway/config";
import { reloaderScript } from "../../components/hub/gateway/reloader";
import { hubTarget } from "../../components/edge/hub-target";
import { configArgs } from "../components/edge/edge";
import {
  edgeApplicant,
  generation,
  serverApplicant,
  type Applicant,
  type Generation,
} from "./support/authority";
import type { Credentials } from "./support/certificates";
import { GatewayFixture } from "./support/gateway";
import { program } from "./support/programs";
import { PodFolder, RunningAgent } from "./support/prometheus-agent";
import { samplesOf } from "./support/remote-write-receiver";
import { run, until, type RunningProgram } from "./support/server";

const SERIES = 1000;
const METRIC = "scrape_number";
/**
 * A file in a pod is this much younger than the object it comes from; with kubelet it is up to 90
 * s.
 */
const LAG_MILLISECONDS = 2000;

const client = (keyGeneration: number): GatewayClient => ({
  key: { subject: distinguishedName({ name: "dev", keyGeneration }) },
  edge: "dev",
  tenant: "dev",
  cell: "main",
});

let first: Generation;
let second: Generation;
let server: Applicant;
let edge: Applicant;
let gateway: GatewayFixture;
let reloader: RunningProgram;
let agent: RunningAgent;
let target: Server;
let startTime: string;
/** Scrapes of the target so far, and whether it goes on to be there. */
let scrapes = 0;
let serving = true;
/**
 * Scrapes that the agent gave up, as a busy machine makes it do: it closes the connection then,
 * which it uses again otherwise.
 */
const givenUp = new Set<number>();
const lastOn = new WeakMap<Socket, number>();
/** Timestamps by scrape number by series, as the backend got them. */
const stored = new Map<string, Map<number, number>>();

beforeAll(async () => {
  [first, second, server, edge] = await Promise.all([
    generation(1),
    generation(2),
    serverApplicant(),
    edgeApplicant("dev"),
  ]);
  gateway = await GatewayFixture.start([client(1)], {
    server: await first.sign(server),
    clientTrust: first.cert,
  });
  gateway.onBody = store;
  const paths = {
    config: gateway.folder,
    run: join(gateway.folder, "run"),
    temporary: "",
    accessLog: "",
  };
  reloader = run("/bin/sh", ["-c", reloaderScript({ paths }, 0.5)], {
    env: { PATH: [dirname(program("nginx", "nginx")), process.env["PATH"]].join(delimiter) },
  });
  target = createServer(({ socket }, response) => {
    if (!serving) return void response.writeHead(503).end();
    const number = ++scrapes;
    if (!lastOn.has(socket)) socket.once("close", () => givenUp.add(lastOn.get(socket) ?? 0));
    lastOn.set(socket, number);
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end(
      Array.from({ length: SERIES }, (_, index) => `${METRIC}{series="${index}"} ${number}\n`).join(
        "",
      ),
    );
  });
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  const pod = new PodFolder();
  pod.identity(await first.sign(edge), first.cert);
  agent = await RunningAgent.start(pod, config());
  startTime = await started();
  await arrivesAgain();
});
afterAll(async () => {
  await agent?.stop();
  await reloader?.stop();
  await gateway?.stop();
  target?.closeAllConnections();
  target?.close();
});

function config(): PrometheusAgentConfig {
  const url = `https://127.0.0.1:${gateway.ports.gateway}`;
  const { remote_write } = agentConfig({
    ...configArgs,
    hub: hubTarget({ url, serverName: "localhost" }),
  });
  const targets = [`127.0.0.1:${(target.address() as AddressInfo).port}`];
  const jobs = [{ job_name: "target", scrape_interval: "1s", static_configs: [{ targets }] }];
  return {
    global: { scrape_interval: "1s" },
    scrape_configs: jobs,
    remote_write,
  } as unknown as PrometheusAgentConfig;
}

function store(body: Buffer): void {
  for (const { labels, value, milliseconds } of samplesOf(body)) {
    // The last one of a series that ended is none of the target's.
    if (labels["__name__"] !== METRIC || Number.isNaN(value)) continue;
    const series = stored.get(labels["series"] ?? "") ?? new Map<number, number>();
    stored.set(labels["series"] ?? "", series.set(value, milliseconds));
  }
}

async function started(): Promise<string> {
  const { data } = (await agent.get("/api/v1/status/runtimeinfo")) as {
    data: { startTime: string };
  };
  return data.startTime;
}

const has = (scrape: number) =>
  stored.size === SERIES && [...stored.values()].every((numbers) => numbers.has(scrape));

/** Waits until a scrape from now on has arrived in every series. */
async function arrivesAgain(seconds = 40): Promise<void> {
  const next = scrapes + 1;
  await until(`scrape ${next} arrives`, async () => (has(next) ? true : undefined), seconds);
}

const serial = ({ cert }: Credentials) => new X509Certificate(cert).serialNumber;
/** The last write that NGINX answered. */
const lastWrite = () => gateway.log.findLast(({ path }) => path === "/api/v1/push") ?? {};

async function comesWith(credentials: Credentials): Promise<void> {
  const wanted = serial(credentials);
  const taken = () => lastWrite()["status"] === 200 && lastWrite()["serial"] === wanted;
  await until("the agent writes with its new certificate", async () =>
    taken() ? true : undefined,
  );
}

async function refused(): Promise<number> {
  const start = performance.now();
  await until("the gateway refuses", async () =>
    lastWrite()["status"] === 503 ? true : undefined,
  );
  return (performance.now() - start) / 1000;
}

describe("under a load of 1,000 series a second", () => {
  test("renewal: the agent's next write comes with the new certificate", async () => {
    const renewed = await first.sign(edge);
    agent.pod.identity(renewed, first.cert);
    await comesWith(renewed);
    gateway.certify({ server: await first.sign(server), clientTrust: first.cert });
    await arrivesAgain();
  });

  test("add: both trust the second CA, nobody uses it yet", async () => {
    gateway.certify({ server: await first.sign(server), clientTrust: first.cert + second.cert });
    await pause(LAG_MILLISECONDS);
    agent.pod.identity(await first.sign(edge), first.cert + second.cert);
    await arrivesAgain();
  });

  test("re-issue: gateway, then edge, with certificates of the second CA", async () => {
    gateway.certify({ server: await second.sign(server), clientTrust: first.cert + second.cert });
    await pause(LAG_MILLISECONDS);
    await arrivesAgain();
    const reissued = await second.sign(edge);
    agent.pod.identity(reissued, first.cert + second.cert);
    await comesWith(reissued);
    expect(lastWrite()["issuer"]).toBe("CN=Heliograph CA 2,O=heliograph");
  });

  test("drop: an edge into which its new files have not come yet is refused for so long, and loses nothing", async () => {
    agent.pod.identity(await first.sign(edge), first.cert + second.cert);
    await arrivesAgain();
    gateway.certify({ server: await second.sign(server), clientTrust: second.cert });
    await refused();
    await pause(LAG_MILLISECONDS);
    const late = await second.sign(edge);
    agent.pod.identity(late, second.cert);
    await comesWith(late);
    await arrivesAgain();
  });

  test("a new key: until its certificate is there too the agent writes nothing, and keeps everything", async () => {
    const successor = await edgeApplicant("dev", 2);
    agent.pod.identity({ ...(await second.sign(edge)), key: successor.key }, second.cert);
    await pause(LAG_MILLISECONDS);
    gateway.write([client(2)]);
    await pause(LAG_MILLISECONDS);
    edge = successor;
    const certified = await second.sign(edge);
    agent.pod.identity(certified, second.cert);
    await comesWith(certified);
    await arrivesAgain();
  });

  test("revocation takes effect within 35 s of the reload, open connections included, and can be taken back", async () => {
    gateway.write([]);
    expect(await refused()).toBeLessThan(35);
    await pause(LAG_MILLISECONDS);
    const before = stored.get("0")?.size;
    await pause(LAG_MILLISECONDS);
    expect(stored.get("0")?.size).toBe(before);
    gateway.write([client(2)]);
    await arrivesAgain();
  });

  test("nothing was lost: every scrape of every series is there, and the agent was not started again", async () => {
    serving = false;
    const last = scrapes;
    expect(givenUp.size).toBeLessThan(last / 2);
    await until("the last scrape arrives", async () => (has(last) ? true : undefined));
    const missing = [...stored].flatMap(([series, numbers]) =>
      Array.from({ length: last }, (_, index) => index + 1)
        .filter((number) => !numbers.has(number) && !givenUp.has(number))
        .map((number) => `scrape ${number} of series ${series}`),
    );
    console.log(`${last * SERIES} samples of ${SERIES} series scraped, ${missing.length} lost`);
    expect(missing.slice(0, 5)).toEqual([]);
    // Samples of one scrape bear one timestamp, and no two scrapes have the same.
    const times = new Set([...stored.values()].flatMap((numbers) => [...numbers.values()]));
    expect(times.size).toBe(stored.get("0")?.size);
    expect(await started()).toBe(startTime);
  });
});
