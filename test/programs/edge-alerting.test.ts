/**
 * Proves, with two real Prometheus that have the configuration and the rules of an edge that keeps
 * its metrics, and two real Alertmanagers with its routes: an alert that fires at both is told
 * once, with the labels of the edge and its name in the text; also when one of the Alertmanagers
 * was killed, and none is lost; the real promtool takes the rules; and there is no hub anywhere.
 * Does not prove: that policies and Services let them meet; scenario thanos-edge does. Rules are
 * evaluated each second, and fire at once.
 */
import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { THANOS } from "../../components/backends/thanos";
import { agentInstances, podOf } from "../../components/contract/cluster-names";
import { hubTarget } from "../../components/edge/hub-target";
import { serverArgs } from "../../components/edge/local-store/config";
import { serverSize } from "../../components/edge/local-store/size";
import {
  agentConfig,
  agentConfigFile,
  CONFIG_FILE,
  PROMETHEUS_AGENT_PORT,
  RULES_FILE,
} from "../../components/edge/metrics/config";
import { edgeRuleFile } from "../../components/rules/edge-rule-file";
import { RUNBOOKS } from "../../components/rules/runbooks";
import { configArgs } from "../components/edge/edge";
import { generation, queriedApplicant } from "./support/authority";
import type { Credentials } from "./support/certificates";
import { Alertmanagers, Receivers, type Labels } from "./support/alertmanagers";
import { program } from "./support/programs";
import { KUBE_STATE_METRICS_ALONE, PodFolder } from "./support/prometheus-agent";
import { freePorts, run, until, untilReady, type RunningProgram } from "./support/server";

const rules = edgeRuleFile({
  thresholds: {},
  disabled: [],
  namespace: "heliograph",
  store: THANOS,
  runbookBaseUrl: RUNBOOKS,
}).text;
/** Nobody waits for a quarter of an hour here. */
const soon = rules
  .replace(/^( +)for: .*$/gm, "$1for: 0s")
  .replace(/interval: .*$/gm, "interval: 1s");

/** As three tenants' tree has it: this edge's alerts are for its own receiver alone. */
const webhook = { webhook: { urlFrom: { secret: "", key: "" } } };
const fast = { groupWait: "1s", groupInterval: "2s", groupBy: ["..."] };
const alerting = {
  receivers: { "customer-a": webhook, others: webhook },
  routes: [
    { tenants: ["customer-a"], environments: ["dev"], receiver: "customer-a", ...fast },
    { receiver: "others", ...fast },
  ],
};

/** Longer than the second of two waits for the first, and a second time. */
const SETTLED_SECONDS = 35;
/** Whoever dies before the others know what it has told is told for again, as upstream promises. */
const GOSSIP_SECONDS = 5;
/** A busy machine evaluates late. */
const LATEST_SECONDS = 180;
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

interface Told {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly status: string;
}

describe("an edge without a hub", () => {
  const receivers = new Receivers();
  const pods: PodFolder[] = [];
  const prometheus: { process: RunningProgram; port: number }[] = [];
  let alertmanagers: Alertmanagers;
  let target: Server;
  let identity: Credentials;
  let trust: string;
  /** Deployments whose rollout is stuck. */
  let stuck: readonly string[] = [];

  const series = () =>
    stuck
      .map(
        (deployment) =>
          `kube_deployment_status_condition{namespace="shop",deployment="${deployment}",condition="Progressing",status="false"} 1\n`,
      )
      .join("");
  const named = (prefix: string) => Array.from({ length: 10 }, (_, index) => `${prefix}${index}`);
  const told = () =>
    receivers.notifications.flatMap(({ receiver, body }) =>
      ((body["alerts"] ?? []) as Told[]).map((alert) => ({ receiver, ...alert })),
    );
  /** `receiver: deployment` for each time that somebody was told of one. */
  const toldOf = (prefix: string) =>
    told()
      .filter(
        ({ status, labels }) => status === "firing" && labels["deployment"]?.startsWith(prefix),
      )
      .map(({ receiver, labels }) => `${receiver}: ${labels["deployment"]}`)
      .sort();
  const wanted = (prefix: string) => named(prefix).map((name) => `customer-a: ${name}`);
  const firing = async (port: number) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/alerts`);
    const { data } = (await answer.json()) as {
      data: { alerts: { state: string; labels: Labels }[] };
    };
    return data.alerts.filter(({ state, labels }) => state === "firing" && labels["deployment"]);
  };

  beforeAll(async () => {
    const authority = await generation(1);
    [identity, trust] = [await authority.sign(await queriedApplicant("dev")), authority.cert];
    target = createServer((_, answer) =>
      answer.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(series()),
    );
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    await receivers.start();
    alertmanagers = new Alertmanagers(receivers);
    await alertmanagers.start(alerting, 2);
    for (const instance of agentInstances(2)) prometheus.push(await start(podOf(instance)));
  });
  afterAll(async () => {
    await Promise.all(prometheus.map(({ process }) => process.stop()));
    pods.forEach((pod) => pod.remove());
    await alertmanagers?.stop();
    receivers.stop();
    target?.close();
  });

  /** One of the pair, as its pod has it, with ports of this machine. Its hub is nowhere. */
  async function start(replica: string) {
    const pod = new PodFolder();
    pods.push(pod);
    pod.identity(identity, trust);
    const [port = 0] = await freePorts(1);
    const config = agentConfig({
      ...configArgs,
      replica,
      stays: true,
      alerts: { to: alertmanagers.running.map((each) => `http://127.0.0.1:${each.port}`) },
      hub: hubTarget({ url: "https://127.0.0.1:1", serverName: "nowhere" }),
      scrapeInterval: "1s",
      sources: KUBE_STATE_METRICS_ALONE,
    });
    const text = agentConfigFile(config, soon).text.replaceAll(
      "kube-state-metrics.heliograph.svc:8080",
      `127.0.0.1:${(target.address() as AddressInfo).port}`,
    );
    pod.mount("config", { [CONFIG_FILE]: pod.here(text), [RULES_FILE]: soon });
    const size = serverSize({ outageSeconds: 3600, activeSeries: 1000, scrapeIntervalSeconds: 1 });
    const args = serverArgs(size).map((argument) =>
      pod.here(argument).replace(`address=:${PROMETHEUS_AGENT_PORT}`, `address=127.0.0.1:${port}`),
    );
    const process = run(program("prometheus", "prometheus"), args);
    await untilReady(
      "Prometheus",
      process,
      async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok || undefined,
    );
    return { process, port };
  }

  it("has rules that promtool takes", () => {
    const folder = new PodFolder();
    const path = folder.mount("config", { [RULES_FILE]: rules });
    const said = execFileSync(program("prometheus", "promtool"), [
      "check",
      "rules",
      join(path, RULES_FILE),
    ]);
    folder.remove();
    expect(said.toString()).toContain("SUCCESS");
  });

  it("tells once what both of its Prometheus see", async () => {
    stuck = named("both-");
    await until(
      "both see all",
      async () => {
        const seen = await Promise.all(prometheus.map(({ port }) => firing(port)));
        return seen.every((alerts) => alerts.length === 10) || undefined;
      },
      LATEST_SECONDS,
    );
    await until(
      "all are told",
      async () => toldOf("both-").length >= 10 || undefined,
      LATEST_SECONDS,
    );
    expect(toldOf("both-")).toEqual(wanted("both-"));
  });

  it("with the labels of the edge, and a text that names it", () => {
    const [first] = told().filter(({ labels }) => labels["deployment"] === "both-0");
    expect(first?.labels).toEqual({
      alertname: "DeploymentRolloutStuck",
      severity: "warning",
      namespace: "shop",
      deployment: "both-0",
      cluster: "dev",
      environment: "dev",
      region: "uaenorth",
      cluster_type: "workload",
      tenant_id: "customer-a",
    });
    expect(first?.annotations["summary"]).toBe(
      "The rollout of deployment shop/both-0 in cluster dev is stuck",
    );
  });

  it("loses none and tells none twice when an Alertmanager is killed", async () => {
    await pause(GOSSIP_SECONDS);
    alertmanagers.running[0]?.process.signal("SIGKILL");
    stuck = [...stuck, ...named("killed-")];
    await until(
      "all are told",
      async () => toldOf("killed-").length >= 10 || undefined,
      LATEST_SECONDS,
    );
    expect(toldOf("killed-")).toEqual(wanted("killed-"));
  });

  it("and goes on when a Prometheus is, too", async () => {
    await prometheus[0]?.process.stop();
    stuck = [...stuck, ...named("alone-")];
    await until(
      "all are told",
      async () => toldOf("alone-").length >= 10 || undefined,
      LATEST_SECONDS,
    );
    expect(toldOf("alone-")).toEqual(wanted("alone-"));
  });

  it("tells nothing a second time, later", async () => {
    await pause(SETTLED_SECONDS);
    for (const prefix of ["both-", "killed-", "alone-"])
      expect(toldOf(prefix)).toEqual(wanted(prefix));
    // What the killed ones had told is known to be still so.
    expect(told().filter(({ status }) => status === "resolved")).toEqual([]);
  });
});
