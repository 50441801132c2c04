import { setTimeout as pause } from "node:timers/promises";
import { EDGE_NAMESPACE, NODE_NAMESPACE } from "@heliograph/heliograph/model";
import { clusterNames } from "../clusters/topology.js";
import { openMimir } from "../scenarios/support/hub.js";
import { timeInTurn, type Figure } from "./figure.js";
import { quantile } from "./statistics.js";

const looks = 40;
const queries = 500;

export const freshness: Figure = {
  name: "freshness",
  what: "age of the newest sample of a target, p95, scraped each 15 s",
  unit: "s",
  aim: 20,
  async measure(lab) {
    const mimir = await openMimir(lab);
    const ages: number[] = [];
    for (let look = 0; look < looks; look++) {
      const now = await mimir.query(clusterNames, "time() - timestamp(up)");
      ages.push(...now.map(({ value }) => value));
      await pause(1500, undefined, { signal: lab.signal });
    }
    return {
      value: quantile(0.95, ages),
      from: `${ages.length / looks} targets, ${looks} looks; median ${quantile(0.5, ages).toFixed(1)} s`,
    };
  },
};

export const edgeMemory: Figure = {
  name: "edge-memory",
  what: "memory of an edge's pods for all signals, without the demo",
  unit: "MiB",
  aim: 600,
  async measure(lab) {
    const mimir = await openMimir(lab);
    const used = `sum by (cluster) (max_over_time(container_memory_working_set_bytes{namespace=~"${EDGE_NAMESPACE}|${NODE_NAMESPACE}",container!=""}[5m]))`;
    const edges = (await mimir.query(clusterNames, used)).map(({ labels, value }) => ({
      name: labels["cluster"] ?? "",
      mebibytes: value / 2 ** 20,
    }));
    return {
      value: Math.max(...edges.map(({ mebibytes }) => mebibytes)),
      from: `most of 5 min: ${edges.map(({ name, mebibytes }) => `${name} ${mebibytes.toFixed(0)}`).join(", ")}`,
    };
  },
};

export const queryOverTenants: Figure = {
  name: "query",
  what: "query over all tenants, over one tenant, p99",
  unit: "ratio",
  aim: 1.5,
  async measure(lab) {
    const mimir = await openMimir(lab);
    const promql = "sum by (cluster, job) (up)";
    const { all, one } = await timeInTurn(lab, queries, {
      all: () => mimir.query(clusterNames, promql),
      one: () => mimir.query(["dev"], promql),
    });
    const [above, below] = [quantile(0.99, all), quantile(0.99, one)].map(
      (seconds) => seconds * 1000,
    ) as [number, number];
    return {
      value: above / below,
      from: `${above.toFixed(1)} ms over ${below.toFixed(1)} ms, ${queries} each in turn: ${promql}`,
    };
  },
};
