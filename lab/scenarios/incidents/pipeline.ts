import { setTimeout as pause } from "node:timers/promises";
import {
  NODE_NAMESPACE,
  OTEL_AGENT,
  restrictedContainer,
  restrictedPod,
  versions,
} from "@heliograph/heliograph/model";
import { type ClusterName, store } from "../../clusters/topology.js";
import { signalProcess } from "../../host/cgroups.js";
import { readRecord } from "../../host/processes.js";
import { run } from "../../host/run.js";
import { until } from "../../host/wait.js";
import { refuseLines, refuseNewSeries } from "../alerts/hub-maps.js";
import type { ScenarioContext } from "../context.js";
import { newEmission, startEmitter } from "../emitter/pod.js";
import { cell, openHub, openMimir } from "../support/hub.js";
import type { Incident } from "./told.js";

const MINUTE = 60;
const image = `${versions.node.image}:${versions.node.tag}`;
const SILENT = "silent-collector";

/** What is wrong with the pipeline, once all of it has been caused. */
export const PIPELINE_INCIDENTS: readonly Incident[] = [
  {
    what: "the hub refuses new series of prd",
    alert: "RemoteWriteDropping",
    about: {},
    edge: "prd",
    forSeconds: MINUTE,
    receiver: "platform",
  },
  {
    what: "the hub refuses log lines of stg",
    alert: "CollectorDropping",
    about: {},
    edge: "stg",
    forSeconds: MINUTE,
    receiver: "stg-team",
  },
  {
    what: "the backend of logs discards what stg sends",
    alert: "DataDiscarded",
    about: { signal: "logs", tenant_id: "stg" },
    forSeconds: MINUTE,
    receiver: "stg-team",
  },
  {
    what: "the gateway answers stg with 400",
    alert: "GatewayRefusing",
    about: { status: "400" },
    edge: "stg",
    forSeconds: 5 * MINUTE,
    receiver: "stg-team",
  },
  {
    what: "a collector of prd does not answer",
    alert: "CollectorUnhealthy",
    about: { pod: SILENT },
    edge: "prd",
    forSeconds: 5 * MINUTE,
    receiver: "platform",
  },
  {
    what: "the API server of prd does not answer",
    alert: "ClusterDown",
    about: {},
    edge: "prd",
    forSeconds: 5 * MINUTE,
    receiver: "platform",
  },
];

/** What is wrong while the object store does not answer. */
export const STORE_INCIDENTS: readonly Incident[] = [
  {
    what: "the object store does not answer",
    alert: "BucketFailing",
    about: {},
    forSeconds: 10 * MINUTE,
    receiver: "platform",
  },
  {
    what: "log lines that ingesters hold do not reach the bucket",
    alert: "IngesterUnhealthy",
    about: {},
    forSeconds: 15 * MINUTE,
    receiver: "platform",
  },
];

/**
 * Told once the store answers again: whether runs failed is asked of the last hours, whose blocks
 * are in the store.
 */
export const COMPACTOR_INCIDENT: Incident = {
  what: "compactors could not work",
  alert: "CompactorUnhealthy",
  about: {},
  forSeconds: 15 * MINUTE,
  receiver: "platform",
  stays: true,
};

/** New series of prd, for longer than anybody waits. */
const EMISSION = { everyMilliseconds: 1000, count: 2400, keep: false, only: "lines" } as const;

/**
 * Breaks all of it. Gives what repairs it.
 *
 * @param needed Series of prd, by a query that counts them, that other incidents are told from.
 */
export async function breakPipeline(
  lab: ScenarioContext,
  needed: readonly string[],
): Promise<() => Promise<unknown>> {
  await lab.apply("prd", [silentCollector()]);
  const repairs: (() => Promise<unknown>)[] = [
    () => lab.kubectl("prd", ["delete", "pod", SILENT, `--namespace=${NODE_NAMESPACE}`]),
  ];
  // Whatever has no series by now has none until the end.
  await seriesArrive(lab, "prd", [`count(up{pod="${SILENT}"})`, ...needed]);
  repairs.push(await refuseNewSeries(lab, "prd"));
  await startEmitter(lab, "prd", newEmission(EMISSION), { scraped: true });
  repairs.push(await refuseLines(lab, "stg"));
  repairs.push(await stopApiServer(lab, "prd"));
  return () => Promise.all(repairs.map((repair) => repair()));
}

async function seriesArrive(
  lab: ScenarioContext,
  tenant: string,
  queries: readonly string[],
  seconds = 5 * MINUTE,
): Promise<void> {
  const mimir = await openMimir(lab);
  for (const query of queries)
    await until({ what: query, seconds, signal: lab.signal }, async () => {
      const found = await mimir.number([tenant], query).catch(() => 0);
      return found > 0;
    });
}

/**
 * By itself: rules whose window reaches into a block fail meanwhile, and a Mimir that has started
 * again has made one. Gives what repairs it.
 */
export async function breakStore(lab: ScenarioContext): Promise<() => Promise<unknown>> {
  const repairs = [await closeStore(lab), await flushLines(lab)];
  return () => Promise.all(repairs.map((repair) => repair()));
}

/** Loki's tries every ten minutes. */
export async function compactorsFail(lab: ScenarioContext): Promise<void> {
  const failures = `sum(loki_compactor_apply_retention_operation_total{status="failure"}) >= 2`;
  await seriesArrive(lab, "ops", [failures], 30 * MINUTE);
}

/** It is found as the edge's own collectors are, and listens nowhere. */
function silentCollector(): object {
  const labels = { "app.kubernetes.io/name": OTEL_AGENT.name };
  const annotations = { "prometheus.io/scrape": "true", "prometheus.io/port": "8888" };
  const container = {
    name: "main",
    image,
    command: ["node", "-e", "setInterval(() => {}, 1e6)"],
    ports: [{ containerPort: 8888 }],
    resources: { requests: { cpu: "10m", memory: "32Mi" } },
    securityContext: restrictedContainer,
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: SILENT, namespace: NODE_NAMESPACE, labels, annotations },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      securityContext: restrictedPod(65_534),
      containers: [container],
    },
  };
}

/** Connections to the object store are refused. */
async function closeStore(lab: ScenarioContext): Promise<() => Promise<unknown>> {
  const port = new URL(store.endpoint).port;
  const rule = ["INPUT", "-p", "tcp", "--dport", port, "-j", "REJECT"];
  const reset = ["--reject-with", "tcp-reset"];
  const iptables = (change: "-I" | "-D") =>
    run("nsenter", [
      ...[`--net=/run/netns/${store.namespace}`, "--", "iptables", "-w", change],
      ...rule,
      ...reset,
    ]);
  await iptables("-I");
  return once(lab, "the object store answers", () => iptables("-D"));
}

/** Ingesters try for some minutes, and would have nothing to bring to the bucket before long. */
async function flushLines(lab: ScenarioContext): Promise<() => Promise<unknown>> {
  const done = new AbortController();
  const until = AbortSignal.any([done.signal, lab.signal]);
  const flushing = (async () => {
    while (!until.aborted) {
      const ask = await (await openHub(lab)).ask(cell, "logs");
      await ask({ path: "/flush", method: "POST" });
      await pause(3 * MINUTE * 1000, undefined, { signal: until });
    }
  })();
  // Whoever looks for the alert says that it does not come.
  flushing.catch(() => undefined);
  return once(lab, "nobody flushes", () => Promise.resolve(done.abort()));
}

async function stopApiServer(
  lab: ScenarioContext,
  cluster: ClusterName,
): Promise<() => Promise<unknown>> {
  const record = await readRecord(cluster, "apiserver");
  if (!record) throw new Error(`${cluster} has no API server.`);
  signalProcess(record.pid, "SIGSTOP");
  return once(lab, `the API server of ${cluster} answers`, async () =>
    signalProcess(record.pid, "SIGCONT"),
  );
}

/** Done when it is called, or else at the end of the scenario. */
function once(
  lab: ScenarioContext,
  what: string,
  repair: () => Promise<unknown>,
): () => Promise<unknown> {
  let broken = true;
  const repaired = async () => {
    if (broken) await repair();
    broken = false;
  };
  lab.onCleanup(what, repaired);
  return repaired;
}
