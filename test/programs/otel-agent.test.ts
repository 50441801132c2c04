/**
 * Proves: the real collector with our configuration reads files of containers as kubelet writes
 * them, gives their lines the labels of `LOG_LABELS`, keeps its position and its queue over a kill
 * and over a hub that is away, and takes what applications send under the edge's labels. Does not
 * prove: that Kubernetes mounts those files and that pods have addresses of their own; the lab
 * does. Labels of pods come from a real API server.
 */
import { appendFileSync, mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EDGE_LABELS, LOG_LABELS, LOG_METADATA } from "../../components/contract/names";
import type { EdgeLogsArgs } from "../../components/edge/logs/args";
import { configArgs, telemetryOf } from "../components/edge/edge";
import { startApiServer, type ApiServer } from "./support/api-server";
import { authority } from "./support/certificates";
import { CollectorPod } from "./support/collector";
import { NodePods } from "./support/node-pods";
import { OtlpHub, type ReceivedLine } from "./support/otlp-hub";
import { until } from "./support/server";

const { labels, namespace, nodeNamespace } = configArgs;
const logs: EdgeLogsArgs = {
  multiline: [{ namespace: "web", container: "java", firstLine: "\\d{4}-\\d{2}-\\d{2}" }],
  drop: [{ namespace: "web", pattern: "GET /healthz" }],
  redact: [{ pattern: "card=(\\d{4})\\d+", replacement: "card=$1***" }],
};

let api: ApiServer;
let pods: NodePods;
let hub: OtlpHub;
let agent: CollectorPod;
const config = (changed: EdgeLogsArgs = {}) => {
  const { agent: collector } = telemetryOf({
    labels,
    hub: { url: hub.url, serverName: "localhost", signals: ["metrics", "logs", "traces"] },
    namespace,
    nodeNamespace,
    outage: "1h",
    logs: { ...logs, ...changed },
  });
  return collector!.config;
};

/** Files of a container, as kubelet writes them. */
class ContainerLog {
  private readonly file: string;

  constructor(pod: string, container: string) {
    this.file = join(agent.logs, pods.folder(pod), container, "0.log");
    mkdirSync(dirname(this.file), { recursive: true });
  }

  write(lines: readonly string[], { stream = "stdout", tag = "F" } = {}): void {
    const now = new Date().toISOString().replace("Z", "000000Z");
    appendFileSync(this.file, lines.map((line) => `${now} ${stream} ${tag} ${line}\n`).join(""));
  }

  rotate(): void {
    renameSync(this.file, `${this.file}.20261121-101112`);
  }
}

const arrived = (which: (line: ReceivedLine) => boolean, count = 1) =>
  until(`${count} lines`, async () => {
    const found = hub.lines.filter(which);
    return found.length >= count ? found : undefined;
  }).catch((error) => {
    throw new Error(`${String(error)}\n${agent.output().slice(-3000)}`);
  });
const arrivedLine = async (text: string) => (await arrived(({ body }) => body.includes(text)))[0]!;

beforeAll(async () => {
  api = await startApiServer();
  pods = new NodePods(api.kubeconfig);
  pods.create("web", "shop-1", {
    labels: { "app.kubernetes.io/name": "shop", app: "other" },
    address: "127.0.0.1",
  });
  pods.create("web", "plain-1", {});
  pods.create("web", "billing-1", {
    labels: { app: "billing" },
    annotations: { "resource.opentelemetry.io/service.name": "invoices" },
  });
  const [edges, servers] = await Promise.all([authority("edges"), authority("servers")]);
  hub = await new OtlpHub(await servers.issue("CN=localhost"), edges.cert).start();
  const identity = await edges.issue("CN=dev,OU=key-1,O=heliograph");
  agent = await CollectorPod.make({ identity, trust: servers.cert, kubeconfig: api.kubeconfig });
  await agent.start(config());
}, 120_000);
afterAll(async () => {
  await agent?.stop();
  await hub?.stop();
  await api?.stop();
});

describe("lines of pods", () => {
  test("carry the labels, and beside them what is not indexed", async () => {
    new ContainerLog("web/shop-1", "app").write([
      '{"level":"WARN","msg":"slow","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331"}',
    ]);
    const line = await arrivedLine('"slow"');
    expect(line.resource).toEqual({
      ...labels,
      namespace: "web",
      app: "shop",
      container: "app",
      stream: "stdout",
      "service.name": "shop",
      level: "warn",
      pod: "shop-1",
      node: "node-a",
    });
    expect(
      Object.keys(line.resource)
        .map((name) => name.replace(".", "_"))
        .sort(),
    ).toEqual([...LOG_LABELS, "pod", "node"].sort());
    expect([line.traceId, line.spanId]).toEqual([
      "0af7651916cd43dd8448eb211c80319c",
      "b7ad6b7169203331",
    ]);
    expect(line.attributes).toEqual({});
    expect(LOG_METADATA).toEqual(["pod", "node", "trace_id", "span_id"]);
    expect([...hub.paths]).toContain("/otlp/v1/logs");
  });

  test("are named after what their pods say, else after their container", async () => {
    new ContainerLog("web/plain-1", "worker").write(["from plain"], { stream: "stderr" });
    new ContainerLog("web/billing-1", "main").write(["from billing"]);
    const [plain, billing] = [await arrivedLine("from plain"), await arrivedLine("from billing")];
    expect(plain.resource).toMatchObject({
      app: "worker",
      "service.name": "worker",
      stream: "stderr",
    });
    expect(billing.resource).toMatchObject({
      app: "billing",
      "service.name": "invoices",
      stream: "stdout",
    });
  });

  test.each([
    ["2026-11-21T10:00:00Z ERROR no money", "error"],
    ["2026/11/21 15:00:00 [error] 31#31: upstream", "error"],
    ["time=x level=info msg=y", "info"],
    ['{"severity":"CRITICAL"}', "fatal"],
    ["[WARNING] old", "warn"],
    ["the error was not found later on in lower case", "unknown"],
    ["nothing to see", "unknown"],
  ])("%s is of level %s", async (text, level) => {
    new ContainerLog("web/plain-1", "levels").write([text]);
    expect((await arrivedLine(text)).resource["level"]).toBe(level);
  });

  test("are put together where the runtime broke them, and where a rule says so", async () => {
    const long = new ContainerLog("web/plain-1", "long");
    long.write(["begin-"], { tag: "P" });
    long.write(["middle-"], { tag: "P" });
    long.write(["end"]);
    expect((await arrivedLine("begin-")).body).toBe("begin-middle-end");

    const java = new ContainerLog("web/plain-1", "java");
    java.write([
      "2026-11-21 10:00:00 ERROR broke",
      "java.lang.Exception: x",
      "\tat Main.java:1",
      "",
    ]);
    java.write(["2026-11-21 10:00:01 INFO fine"]);
    const entry = await arrivedLine("broke");
    expect(entry.body).toBe(
      "2026-11-21 10:00:00 ERROR broke\njava.lang.Exception: x\n\tat Main.java:1\n",
    );
    expect(entry.resource).toMatchObject({ container: "java", level: "error", stream: "stdout" });
    // The last entry has no successor; it comes all the same.
    expect((await arrivedLine("INFO fine")).body).toBe("2026-11-21 10:00:01 INFO fine");
  });

  test("are dropped and redacted by rules", async () => {
    const shop = new ContainerLog("web/shop-1", "app");
    shop.write(["GET /healthz 200", "paid with card=4111222233334444, thanks"]);
    expect((await arrivedLine("paid with")).body).toBe("paid with card=4111***, thanks");
    expect(hub.lines.filter(({ body }) => body.includes("healthz"))).toEqual([]);
  });
});

describe("what applications send", () => {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const lies = [...EDGE_LABELS, "namespace", "app", "level"].map((label) =>
    attribute(label, "a lie"),
  );

  test("has the edge's labels, whatever it says", async () => {
    const resource = { attributes: [...lies, attribute("service.name", "unknown_service:node")] };
    const record = {
      severityNumber: 17,
      body: { stringValue: "from an application" },
      attributes: [...lies],
    };
    const span = {
      traceId: "1".repeat(32),
      spanId: "2".repeat(16),
      name: "GET /",
      attributes: lies,
    };
    const point = { asInt: "1", timeUnixNano: String(Date.now() * 1e6), attributes: lies };
    const metric = {
      name: "orders",
      sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] },
    };
    expect(
      await agent.send("/v1/logs", {
        resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }],
      }),
    ).toBe(200);
    expect(
      await agent.send("/v1/metrics", {
        resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [metric] }] }],
      }),
    ).toBe(200);
    expect(
      await agent.send("/v1/traces", {
        resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }],
      }),
    ).toBe(200);

    // Its address is that of the pod `shop-1`.
    const line = await arrivedLine("from an application");
    expect(line.resource).toEqual({
      ...labels,
      namespace: "web",
      app: "shop",
      "service.name": "shop",
      level: "error",
      pod: "shop-1",
      node: "node-a",
    });
    const received = await until("the metric", async () =>
      hub.points.find(({ metric: name }) => name === "orders"),
    );
    expect(received.attributes).toMatchObject(labels);
  });
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Lines with a number; so many at a time, ten times a second. */
async function write(
  log: ContainerLog,
  name: string,
  { count, atATime = 100 }: { count: number; atATime?: number },
  meanwhile: (written: number) => Promise<void> | void,
) {
  for (let written = 0; written < count; written += atATime) {
    log.write(
      Array.from(
        { length: atATime },
        (_, index) => `${name} number=${written + index} ${"x".repeat(150)}`,
      ),
    );
    await meanwhile(written + atATime);
    await pause(100);
  }
}

async function counted(name: string, count: number) {
  const numbers = () =>
    hub.lines
      .filter(({ body }) => body.startsWith(`${name} `))
      .map(({ body }) => /number=(\d+)/.exec(body)![1]!);
  await until(
    `${count} lines of ${name}`,
    async () => new Set(numbers()).size >= count || undefined,
  ).catch((error) => {
    throw new Error(
      `${String(error)}; ${new Set(numbers()).size} arrived\n${agent.output().slice(-3000)}`,
    );
  });
  const all = numbers();
  return { unique: new Set(all).size, duplicates: all.length - new Set(all).size };
}

describe("no line is lost", () => {
  test("by kills at any moment and rotated files", async () => {
    const log = new ContainerLog("web/plain-1", "killed");
    // Few lines at a time: what is read of them is below the size of any batch.
    const writing = write(log, "killed", { count: 3000, atATime: 20 }, (written) => {
      if (written === 1500) log.rotate();
    });
    let done = false;
    const writer = writing.then(() => (done = true));
    let kills = 0;
    while (!done) {
      await pause(300 + 700 * Math.random());
      await agent.kill();
      await agent.start();
      kills++;
    }
    await writer;
    const { unique, duplicates } = await counted("killed", 3000);
    console.log(
      `3000 lines, killed ${kills} times, rotated once: ${unique} arrived, ${duplicates} twice`,
    );
    expect(unique).toBe(3000);
  }, 120_000);

  test("while the hub is away, and the agent gets another configuration meanwhile", async () => {
    const log = new ContainerLog("web/plain-1", "away");
    await write(log, "away", { count: 6000 }, async (written) => {
      if (written === 1000) await hub.stop();
      if (written === 2000) {
        await agent.end();
        await agent.start(config({ drop: [{ pattern: "nothing like this" }] }));
      }
      if (written === 3000) await agent.kill().then(() => agent.start());
      if (written === 4000) {
        await pause(1000);
        const { otelcol_exporter_queue_size: queued = 0, otelcol_process_memory_rss: memory = 0 } =
          await agent.metrics();
        const file = readdirSync(join(agent.state, "queue")).find(
          (name) => name.includes("hub") && name.includes("logs"),
        );
        const { size } = statSync(join(agent.state, "queue", file ?? ""));
        console.log(
          `3000 lines of 170 bytes wait: queue ${Math.round(queued / 3000)} bytes a line, file ${(size / queued).toFixed(2)} times the queue, ${Math.round(memory / 2 ** 20)} MiB of memory`,
        );
        hub.status = 503;
        await hub.start();
      }
      if (written === 5000) {
        // How long the agent waits between two tries is its own affair.
        await until("a refusal", async () => hub.refused > 0 || undefined);
        hub.status = 200;
      }
    });
    const { unique, duplicates } = await counted("away", 6000);
    console.log(
      `6000 lines, hub away for half of them, agent restarted twice: ${unique} arrived, ${duplicates} twice`,
    );
    expect(hub.refused).toBeGreaterThan(0);
    expect(unique).toBe(6000);
  }, 180_000);

  test("takes no longer than two seconds in quiet times", async () => {
    const log = new ContainerLog("web/plain-1", "quick");
    const took: number[] = [];
    for (let probe = 0; probe < 10; probe++) {
      const started = Date.now();
      log.write([`quick ${probe} ${started}`]);
      await arrivedLine(`quick ${probe} ${started}`);
      took.push(Date.now() - started);
    }
    console.log(
      `from file to hub: ${took.sort((a, b) => a - b)[5]} ms in the middle, ${took[9]} ms at most`,
    );
    expect(took[5]).toBeLessThan(2000);
  });
});
