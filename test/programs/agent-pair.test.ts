/**
 * Proves: of two real agents with our configurations, the real Mimir stores one's samples, without the label that tells them apart, and goes over to the
 * other when that one is gone. Does not prove: how long that takes with the hub's own settings, nor what pods do; the scenario `ha` does.
 */
import { createServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { agentConfig, type PrometheusAgentConfig } from "../../components/edge/metrics/config";
import { agentInstances, podOf, type AgentInstance } from "../../components/contract/cluster-names";
import { request } from "../../src/cli/cluster/http";
import { backendOf } from "../../components/backends/registry";
import type { MetricsReader } from "../../components/backends/requests";
import { askAt } from "../../src/cli/cluster/ask";
import { configArgs } from "../components/edge/edge";
import { type RunningMimir, startMimir } from "./support/mimir";
import { PodFolder, RunningAgent } from "./support/prometheus-agent";
import { until } from "./support/server";

/** Shorter than the hub's, for a test's sake. */
const seconds = { failover: 4, update: 2 };
const tracker = [
  "-distributor.ha-tracker.enable=true",
  "-distributor.ha-tracker.enable-for-all-users=true",
  `-distributor.ha-tracker.failover-timeout=${seconds.failover}s`,
  `-distributor.ha-tracker.update-timeout=${seconds.update}s`,
  "-distributor.ha-tracker.update-timeout-jitter-max=0s",
];
/** The tracker looks once in an update's time; a scrape, a batch that waits for its 5 s, and a busy machine come on top. */
const longestGap = seconds.failover + seconds.update + 1 + 5 + 5;

const tenant = configArgs.labels.tenant_id;
let server: RunningMimir;
let mimir: MetricsReader;
let target: Server;
const running: RunningAgent[] = [];

/** An agent of the pair, with one annotated pod to scrape each second, and without the gateway between it and Mimir. */
function configOf(replica: string): PrometheusAgentConfig {
  const whole = agentConfig({ ...configArgs, replica, scrapeInterval: "1s" });
  const address = `127.0.0.1:${(target.address() as AddressInfo).port}`;
  const pod = {
    __meta_kubernetes_pod_annotation_prometheus_io_scrape: "true",
    __meta_kubernetes_pod_name: "shop",
  };
  const pods = whole.scrape_configs
    .filter(({ job_name }) => job_name === "pods")
    .map((job) => ({
      ...job,
      kubernetes_sd_configs: undefined,
      static_configs: [{ targets: [address], labels: pod }],
    }));
  const direct = whole.remote_write.map((hub) => ({
    ...hub,
    url: `http://127.0.0.1:${server.port}/api/v1/push`,
    headers: { "X-Scope-OrgID": tenant },
    tls_config: undefined,
  }));
  return {
    ...whole,
    scrape_configs: pods,
    remote_write: direct,
  } as unknown as PrometheusAgentConfig;
}

async function start(instance: AgentInstance): Promise<RunningAgent> {
  const agent = await RunningAgent.start(new PodFolder(), configOf(podOf(instance)));
  running.push(agent);
  return agent;
}

/** Times of what is stored of the target, in seconds. */
async function stored(): Promise<number[]> {
  const found = await mimir.samples([tenant], 'shop_time{pod="shop"}[10m]');
  expect(found.length).toBeLessThanOrEqual(1);
  return (found[0]?.values ?? []).map(([at]) => at);
}

async function discarded(): Promise<number> {
  const { body } = await request({ port: server.port, path: "/metrics" });
  const counter = /^cortex_distributor_deduped_samples_total\{.*\} (\S+)$/m;
  return Number(counter.exec(body)?.[1] ?? 0);
}

const arrivedSince = (time: number) => async () =>
  ((await stored()).at(-1) ?? 0) > time ? true : undefined;
const now = () => Date.now() / 1000;

const [first, second] = agentInstances(2) as [AgentInstance, AgentInstance];
beforeAll(async () => {
  target = createServer((_, response) => response.end(`shop_time ${now()}\n`));
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  server = await startMimir(tracker);
  mimir = backendOf("metrics").reader(askAt({ port: server.port }));
});
afterAll(async () => {
  await Promise.all(running.map((agent) => agent.stop()));
  await server?.stop();
  target?.close();
});

test("a pair is stored as one, and outlives either of them", async () => {
  const elected = await start(first);
  await until("the first one's samples arrive", arrivedSince(0));
  const joined = now();
  const other = await start(second);
  // On one machine both scrape at the same moments, so that doubles could hide behind each other: Mimir itself says what it discarded.
  await until("the other one's are discarded", async () =>
    (await discarded()) > 5 ? true : undefined,
  );
  await until("both have sent for a while", arrivedSince(joined + 8));
  expect(await mimir.query([tenant], 'count({__replica__!=""})')).toEqual([]);
  expect(perSecond(await stored(), joined)).toBeLessThan(1.5);

  const stopped = now();
  await elected.stop();
  await until("the other one takes over", arrivedSince(stopped + 3));
  await until("it goes on", arrivedSince(now() + 3));
  const times = await stored();
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  expect(Math.max(...gaps)).toBeLessThan(longestGap);
  expect(Math.max(...gaps)).toBeGreaterThan(seconds.failover - 2);
  expect(other.output()).not.toContain("level=ERROR");

  const returned = now();
  await start(first);
  await until("both have sent again", arrivedSince(returned + 8));
  expect(perSecond(await stored(), returned)).toBeLessThan(1.5);
}, 120_000);

function perSecond(times: readonly number[], since: number): number {
  const counted = times.filter((at) => at > since);
  return counted.length / Math.max(1, (counted.at(-1) ?? 0) - since);
}
