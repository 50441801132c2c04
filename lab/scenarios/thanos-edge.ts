import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  agentInstances,
  EDGE_NAMESPACE,
  edgeHost,
  GLOBAL_QUERY,
  HUB_NAMESPACE,
  podOf,
  PROMETHEUS_AGENT_PORT,
  queryServerName,
  LOCAL_QUERY,
} from "@heliograph/heliograph/model";
import type { Tls } from "../../src/cli/cluster/http";
import { clusterNamed } from "../clusters/topology.js";
import { until } from "../host/wait.js";
import { bringImage } from "../phases/cluster.js";
import { setStoreCredentials } from "../project/stacks.js";
import { statePaths } from "../state.js";
import { removeBucket } from "../store/minio.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { gapsOf } from "./ha/series.js";
import { bringUp, checkGreen } from "./support/commands.js";
import { grpcCall } from "./support/grpc.js";
import { HubFile } from "./support/hub-file.js";
import { cell, openCluster, openHub, openMimir, tlsOf } from "./support/hub.js";
import { openGlobalQuery, promQl, valuesBy, type PromQl } from "./support/promql.js";
import { labBucket } from "./support/stored.js";
import { whileStopped } from "./support/workloads.js";
import {
  alertingOf,
  checkTellsWithoutHub,
  openReceivers,
  setOwnReceiver,
} from "./thanos-edge/tells.js";
import { edited } from "../../src/config/edit";

/** Their metrics stay with them for a while. The others go on sending theirs. */
const staying = ["dev", "stg"] as const;
const [stopped, other] = staying;
const sending = "prd";
/** They share it. */
const bucket = "edges";
const nodePort = 30_901;
/** Series that are the same at any time: nothing of them counts pods. */
const steady = `{job="node-exporter"}`;
const scrapeSeconds = 15;
const visibleSeconds = 240;
const answerSeconds = 3;
/**
 * So long gRPC waits for an address that does not answer, and whoever asks waits with it:
 * https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md
 */
const connectSeconds = 20;
/** A Prometheus that starts again, discovers what there is, and scrapes it. */
const longestGap = 60;

export const thanosEdge: Scenario = {
  name: "thanos-edge",
  summary:
    "two edges keep their metrics and a third sends them: one query sees all, also while one is stopped, nobody else gets in; they tell their alerts while the hub is away; and back again",
  needs: "deployment",
  async run(lab) {
    lab.log("bringing the image");
    for (const name of ["ops", ...staying] as const)
      await bringImage(clusterNamed(name), "thanos", lab.signal);
    for (const name of staying) await bringImage(clusterNamed(name), "alertmanager", lab.signal);
    lab.onCleanup("their bucket is gone", () => removeBucket(bucket));
    const hub = await HubFile.open(lab);
    const fleet = await Fleet.open(lab, hub);
    await openReceivers(lab);
    await hub.set(["globalQuery"], { replicas: 1 });
    // The hub has no series of a tenant whose edges all keep their metrics.
    await hub.set(["slos"], undefined);
    await hub.set(["alerting"], alertingOf(staying));

    let others = await podsBeside(lab);
    const began = Date.now() / 1000;
    await fleet.keep();
    lab.log(
      `${staying.join(" and ")} keep their metrics after ${Math.round(Date.now() / 1000 - began)} s`,
    );
    lab.check(
      "their collectors and applications are not touched",
      (await podsBeside(lab)) === others,
      `${others.split("\n").length} pods`,
    );

    const query = await openGlobalQuery(lab);
    await checkAll(lab, query);
    await checkChange(lab, query, began);
    await checkGreen(lab, `while ${staying.join(" and ")} keep their metrics`);
    await checkWhoGetsIn(lab);
    await checkStopped(lab, query);
    await checkTellsWithoutHub(lab, stopped);
    others = await podsBeside(lab);

    await fleet.send();
    lab.check(
      "back: collectors and applications are not touched",
      (await podsBeside(lab)) === others,
    );
    await checkGreen(lab, "when all send again");
  },
};

/**
 * The stack files of the edges. At the end of the scenario they are as they were, and so are the
 * edges.
 */
class Fleet {
  private keeps = false;

  private constructor(
    private readonly lab: ScenarioContext,
    private readonly hub: HubFile,
    private readonly originals: ReadonlyMap<string, string>,
  ) {}

  static async open(lab: ScenarioContext, hub: HubFile): Promise<Fleet> {
    const texts = staying.map(
      async (edge) => [edge, await readFile(fileOf(edge), "utf8")] as const,
    );
    const fleet = new Fleet(lab, hub, new Map(await Promise.all(texts)));
    lab.onCleanup(`${staying.join(" and ")} send their metrics`, () => fleet.send());
    return fleet;
  }

  async keep(): Promise<void> {
    this.keeps = true;
    for (const [edge, text] of this.originals) {
      const query = {
        host: clusterNamed(edge as "dev").address,
        port: nodePort,
        serviceType: "NodePort",
        nodePort,
      };
      const metrics = { mode: "thanos", bucket: labBucket(bucket), query };
      await writeWith(edge, text, { metrics, acceptStranding: ["queue"] });
      await setStoreCredentials(edge);
      await setOwnReceiver(this.lab, edge);
    }
    await this.bringUp();
  }

  async send(): Promise<void> {
    if (!this.keeps) return;
    for (const [edge, text] of this.originals)
      await writeWith(edge, text, { acceptStranding: ["metrics"] });
    await this.bringUp().finally(async () => {
      for (const [edge, text] of this.originals) await writeFile(fileOf(edge), text);
    });
    await this.hub.keepRequests(staying);
    this.keeps = false;
  }

  private async bringUp(): Promise<void> {
    this.hub.expectChange();
    await bringUp(this.lab, staying);
  }
}

const fileOf = (edge: string) => join(statePaths().project, `Pulumi.${edge}.yaml`);

async function writeWith(edge: string, text: string, settings: object): Promise<void> {
  const changed = edited(text, (file) => {
    for (const [key, value] of Object.entries(settings))
      file.set(["config", "heliograph:edge", key], value);
  });
  await writeFile(fileOf(edge), changed);
}

/**
 * All pods of these edges but those of their metrics, with what changes when one is replaced or
 * started again.
 */
async function podsBeside(lab: ScenarioContext): Promise<string> {
  const columns =
    "NAME:.metadata.name,UID:.metadata.uid,RESTARTS:.status.containerStatuses[*].restartCount";
  const get = [
    "get",
    "pods",
    "--all-namespaces",
    "--no-headers",
    `--output=custom-columns=${columns}`,
  ];
  const lists = await Promise.all(staying.map((edge) => lab.kubectl(edge, get)));
  const pods = lists.flatMap((list) => list.trim().replace(/ +/g, " ").split("\n"));
  return pods
    .filter((pod) => !/^(prometheus-agent|thanos|alertmanager|bucket|edge-bucket)/.test(pod))
    .join("\n");
}

/** How many series each cluster has: by the global query, and by who stores them. */
async function checkAll(lab: ScenarioContext, query: PromQl): Promise<void> {
  const count = `count by (cluster) (${steady})`;
  const everyone = [...staying, sending, "ops"].sort();
  const seen = async () => {
    const answer = await query(count);
    return (
      answer.warnings.length === 0 &&
      isDeepStrictEqual(Object.keys(valuesBy("cluster", answer)).sort(), everyone)
    );
  };
  await until(
    { what: "all edges in one answer", seconds: visibleSeconds, signal: lab.signal },
    seen,
  );
  // From before these edges kept them, for as long as a query looks back, the cell has some of
  // their series too.
  const now = Date.now() / 1000;
  const answer = await query(count, now);
  const counts = valuesBy("cluster", answer);
  const told = Object.entries(counts).map(([name, value]) => `${value} of ${name}`);
  lab.check(
    "one query sees all edges",
    isDeepStrictEqual(Object.keys(counts).sort(), everyone),
    `${told.join(", ")} in ${answer.milliseconds.toFixed(0)} ms`,
  );
  for (const edge of staying) {
    const cluster = openCluster(lab, edge);
    const replicas = agentInstances(2).map((instance) =>
      promQl(
        cluster.endpoint({
          namespace: EDGE_NAMESPACE,
          pod: podOf(instance),
          port: PROMETHEUS_AGENT_PORT,
        }),
      ),
    );
    const own = await Promise.all(replicas.map((ask) => ask(`count(${steady})`, now)));
    const each = own.map(({ samples }) => samples[0]?.value ?? 0);
    lab.check(
      `of ${edge} as many series as each Prometheus of its pair has`,
      each.every((value) => value > 0 && value === counts[edge]),
      `${counts[edge]}; ${each.join(" and ")}`,
    );
  }
  const stored = await (await openMimir(lab)).number([sending], `count(${steady})`, now);
  lab.check(
    `of ${sending} as many as cell ${cell} has`,
    stored > 0 && stored === counts[sending],
    `${counts[sending]}; ${stored}`,
  );
}

/** A series that is in the cell until then, and at the edge since. */
async function checkChange(lab: ScenarioContext, query: PromQl, began: number): Promise<void> {
  const seconds = Math.ceil(Date.now() / 1000 - began + 120);
  for (const edge of staying) {
    const { ranges } = await query(`node_load1{cluster="${edge}"}[${seconds}s]`);
    const longest = ranges.map((values) => {
      const gaps = gapsOf({ labels: {}, values }, scrapeSeconds).map((gap) => gap.seconds);
      return Math.max(scrapeSeconds, ...gaps);
    });
    lab.check(
      `${edge} changed over with no gap of more than ${longestGap} s`,
      longest.length === 1 && longest.every((gap) => gap <= longestGap),
      `one series over ${seconds} s: ${ranges[0]?.length} samples, longest ${longest.map((gap) => gap.toFixed(0)).join(", ")} s apart`,
    );
  }
}

/** Over the port of the node, as the hub comes. */
async function checkWhoGetsIn(lab: ScenarioContext): Promise<void> {
  const hub = await openHub(lab);
  const secret = await openCluster(lab, "ops").secret(HUB_NAMESPACE, GLOBAL_QUERY.name);
  const { trustBundle: trust } = hub.contract;
  const known = { serverName: queryServerName(stopped), trust };
  const outcome = (identity: Partial<Pick<Tls, "certificate" | "key">>) =>
    grpcCall(
      { host: clusterNamed(stopped).address, port: nodePort, tls: { ...known, ...identity } },
      "/thanos.info.Info/Info",
      Buffer.alloc(0),
    ).then(
      ({ status, body }) => (status === 200 ? "answered" : body),
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
  const own = async (edge: typeof stopped | typeof sending) => {
    const { certificate, key } = await tlsOf(lab, hub, edge);
    return outcome({ ...(certificate && { certificate }), ...(key && { key }) });
  };
  const asHub = await outcome({
    certificate: secret?.["tls.crt"] ?? "",
    key: secret?.["tls.key"] ?? "",
  });
  lab.check(`${stopped} answers the hub's certificate`, asHub === "answered", asHub);
  const refused = {
    "no certificate": await outcome({}),
    "another edge's": await own(sending),
    "its own": await own(stopped),
  };
  for (const [whose, said] of Object.entries(refused))
    lab.check(
      `and nobody else: ${whose}`,
      /CERTIFICATE_REQUIRED|UNKNOWN_CA|BAD_CERTIFICATE/i.test(said),
      said,
    );
}

async function checkStopped(lab: ScenarioContext, query: PromQl): Promise<void> {
  const object = `deployment/${LOCAL_QUERY.name}` as const;
  const count = `count by (cluster) (${steady})`;
  await whileStopped(
    lab,
    { cluster: stopped, namespace: EDGE_NAMESPACE, object, replicas: 2 },
    async () => {
      const first = await query(count);
      const others = [];
      for (let times = 0; times < 5; times++) others.push(await query(count));
      const answers = [first, ...others];
      const rest = answers.every((answer) =>
        [other, sending, "ops"].every((name) => name in valuesBy("cluster", answer)),
      );
      const seconds = answers.map(({ milliseconds }) => milliseconds / 1000);
      const took = seconds.map((each) => `${each.toFixed(2)} s`).join(", ");
      lab.check(
        `${stopped} is stopped: the rest is in every answer`,
        rest,
        `${answers.length} answers`,
      );
      lab.check(
        `within ${answerSeconds} s, once gRPC has given up connecting, for which it takes ${connectSeconds} s`,
        seconds.every((each, index) => each < answerSeconds + (index === 0 ? connectSeconds : 0)),
        took,
      );
      const warnings = answers.map((answer) => answer.warnings.join("; "));
      lab.check(
        "each answer names it, and no other edge",
        warnings.every(
          (text) => text.includes(edgeHost(stopped)) && !text.includes(edgeHost(other)),
        ),
        warnings[0],
      );
    },
  );
  const began = Date.now();
  const whole = async () => (await query(count)).warnings.length === 0;
  await until({ what: `an answer that lacks nothing`, seconds: 60, signal: lab.signal }, whole);
  lab.log(`${stopped} answers again after ${Math.round((Date.now() - began) / 1000)} s`);
}
