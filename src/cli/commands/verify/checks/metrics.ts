import { duration, plural } from "../../../ui/text";
import { type Check, failed, type Outcome, passed, pending, warning, withFacts } from "../check";
import { agentCommand, type EdgeView, type Home } from "../edge";
import { backendCommand, globalQueryCommand } from "../hub";
import { readyPods } from "../../../cluster/kubectl";
import { isStarting } from "./agents";
import {
  EDGE_NAMESPACE,
  limitDifferences,
  LOCAL_COMPACTOR,
  localRetention,
} from "@heliograph/heliograph/model";
import { askAt } from "../../../cluster/ask";

export function newestSample(maxAgeSeconds: number): Check<EdgeView> {
  return {
    name: "newest sample",
    proves: `the edge's newest sample is at most ${maxAgeSeconds} s old`,
    next: (edge) => agentCommand(edge, "get pods"),
    async run(edge) {
      const { name, entry, hub } = edge;
      const metrics = await hub.metrics(entry.cell);
      const ages = await metrics.query(
        [entry.tenant],
        `time() - max(timestamp(up{cluster="${name}"}))`,
      );
      const outcome = lagOf(ages[0]?.value, maxAgeSeconds);
      if (outcome.status !== "failed") return outcome;
      if (await isStarting(edge)) return pending(outcome.detail);
      if (ages.length > 0) return outcome;
      // Queries look back 5 minutes. How long ago it really was costs more, and matters only now.
      const long = `time() - max(max_over_time(timestamp(up{cluster="${name}"})[6h:1m]))`;
      const [older] = await metrics.query([entry.tenant], long);
      return older
        ? lagOf(older.value, maxAgeSeconds)
        : failed("no sample within the last 6 hours");
    },
  };
}

function lagOf(seconds: number | undefined, maxAgeSeconds: number): Outcome {
  const outcome = judgeAge(seconds, maxAgeSeconds);
  return seconds === undefined ? outcome : withFacts(outcome, { lagSeconds: Math.max(0, seconds) });
}

export function judgeAge(seconds: number | undefined, maxAgeSeconds: number): Outcome {
  if (seconds === undefined) return failed("no sample within the last 5 minutes");
  const age = duration(seconds * 1000);
  if (seconds > maxAgeSeconds) return failed(`the newest sample is ${age} old`);
  if (seconds < -maxAgeSeconds)
    return warning(
      "ahead",
      `the newest sample is ${duration(-seconds * 1000)} in the future: compare the clocks`,
    );
  return passed(
    `${Math.max(0, Math.round(seconds))} s`,
    `${Math.max(0, Math.round(seconds))} s old`,
  );
}

export const allTenants: Check<EdgeView> = {
  name: "all tenants",
  proves: "one query over all tenants of the cell sees the edge, in its own tenant only",
  next: ({ hub, entry }) => backendCommand(hub, entry.cell, "metrics", "logs --tail 20"),
  async run(edge) {
    const { name, entry, hub } = edge;
    const tenants = hub.tenantsOf(entry.cell);
    const metrics = await hub.metrics(entry.cell, "allReads");
    // The backend adds the label where several tenants are asked.
    const seen = await metrics.query(tenants, `count by (__tenant_id__) (up{cluster="${name}"})`);
    const where = seen.map(({ labels }) => labels["__tenant_id__"] ?? tenants.join());
    const over = plural(tenants.length, "tenant");
    if (where.length === 0) {
      const detail = `a query over ${over} (${tenants.join("|")}) finds nothing of cluster ${name}`;
      return (await isStarting(edge)) ? pending(detail) : failed(detail);
    }
    if (where.join() !== entry.tenant)
      return failed(`cluster ${name} is seen in tenant ${where.join(" and ")}`);
    const targets = plural(seen[0]?.value ?? 0, "target");
    return passed(targets, `${targets} seen by a query over ${over}`);
  },
};

/** For edges that keep their metrics. */
export const inQuery: Check<EdgeView> = {
  name: "global query",
  proves: "the hub's global query is answered by the edge itself, which keeps its metrics",
  next: ({ hub }) => globalQueryCommand(hub, "logs --tail 20"),
  async run({ name, hub }) {
    const { query, endpoints } = await hub.globalQuery();
    const address = endpoints.edge(name);
    if (address === undefined)
      return failed(`${name} is not among those that are asked`, `npm run up -- ${hub.stack}`);
    const { value, warnings } = await query.number(address, `count(up{cluster="${name}"})`);
    if (value === undefined)
      return pending(`${name} does not answer: ${warnings[0] ?? "it has no targets"}`);
    return passed(plural(value, "target"), `${plural(value, "target")} by way of ${address}`);
  },
};

/** For edges that keep their metrics. */
export function retention(days: NonNullable<Home["retentionDays"]>): Check<EdgeView> {
  return {
    name: "retention",
    proves: "the edge's compactor keeps its metrics for as long as the stack file says",
    next: ({ home, name }) => `npm run up -- ${home?.stack ?? name}`,
    async run({ entry, cluster }) {
      const home = await cluster();
      const { role, port } = LOCAL_COMPACTOR;
      const what = "pod of the edge's compactor";
      const [{ name: pod }] = await readyPods(home, EDGE_NAMESPACE, what, role);
      const { byTenant, read } = localRetention(entry.tenant, days);
      const ask = askAt(home.endpoint({ namespace: EDGE_NAMESPACE, pod, port }));
      const wrong = limitDifferences(byTenant, await read(ask, [entry.tenant]));
      if (wrong.length > 0) return failed(wrong.join("; "));
      const [raw, fiveMinutes, hour] = days.map((each) => `${each}d`);
      return passed(
        raw ?? "",
        `${raw} as scraped, ${fiveMinutes} of 5 minutes, ${hour} of an hour`,
      );
    },
  };
}
