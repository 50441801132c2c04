import { afterEach, describe, expect, it } from "vitest";
import type { Sample } from "../../../components/backends/requests";
import { agents, queue, queueOf } from "../../../src/cli/commands/verify/checks/agents";
import { judgeAge, newestSample } from "../../../src/cli/commands/verify/checks/metrics";
import { type Agent, edgeView } from "../../../src/cli/commands/verify/edge";
import { hubView } from "../../../src/cli/commands/verify/hub";
import { clusterOf, contractOf, entryOf, Servers } from "./fakes";

const servers = new Servers();
afterEach(() => servers.close());

/** What an agent of Prometheus 3 says of its queue. */
const QUEUE = '{remote_name="hub",url="https://ingest.example.com/api/v1/push"}';
const metrics = ({
  scraped = 1_795_248_079,
  sent = 1_795_248_074,
  failed = 0,
  more = "",
} = {}) => `\
# HELP prometheus_remote_storage_highest_timestamp_in_seconds Highest timestamp that has come into the remote storage.
# TYPE prometheus_remote_storage_highest_timestamp_in_seconds gauge
prometheus_remote_storage_highest_timestamp_in_seconds ${scraped.toExponential()}
prometheus_remote_storage_queue_highest_sent_timestamp_seconds${QUEUE} ${sent.toExponential()}
prometheus_remote_storage_samples_failed_total${QUEUE} ${failed}
prometheus_remote_storage_samples_pending${QUEUE} 490
prometheus_remote_storage_samples_pending_other${QUEUE} 7
${more}`;

describe("the queue of an agent, from its metrics", () => {
  it("is behind by what was scraped and not sent yet", () => {
    const [scrapedUntil, sentUntil] = [1_795_248_079, 1_795_248_074];
    expect(queueOf(metrics())).toEqual({
      behindSeconds: 5,
      scrapedUntil,
      sentUntil,
      pending: 490,
      lost: 0,
    });
    expect(queueOf(metrics({ sent: 1_795_248_079.5 })).behindSeconds).toBe(0);
  });

  it("has sent nothing yet", () => {
    expect(queueOf(metrics({ sent: 0 })).behindSeconds).toBeUndefined();
  });

  it("has lost what was refused for good or dropped, but not what was dropped on purpose", () => {
    const dropped = (reason: string, count: number) =>
      `prometheus_remote_storage_samples_dropped_total{reason="${reason}",remote_name="hub"} ${count}\n`;
    const more = dropped("too_old", 3) + dropped("dropped_series", 50);
    expect(queueOf(metrics({ failed: 9999, more })).lost).toBe(10_002);
  });
});

async function edgeWith(
  text: () => string,
  answer: (promql: string) => readonly Sample[] = () => [],
  age = 3_600_000,
) {
  const mimir = await servers.mimir(answer);
  const entry = entryOf("dev");
  const hub = {
    ...hubView("ops", clusterOf(), contractOf({ dev: entry })),
    metrics: async () => mimir,
  };
  const bodies = {
    get "/metrics"() {
      return text();
    },
  };
  const endpoint = await servers.texts(bodies);
  const agents = async () => [
    { name: "prometheus-agent", endpoint, runningSince: new Date(Date.now() - age) },
  ];
  return { ...edgeView("dev", entry, hub, undefined), agents };
}

describe("the check of the queue", () => {
  it("is well when it keeps up", async () => {
    expect(await queue(60).run(await edgeWith(() => metrics()))).toEqual({
      status: "passed",
      brief: "5 s",
      detail: "5 s behind, 490 samples pending, none failed or dropped",
      facts: { behindSeconds: 5, samplesPending: 490, samplesLost: 0 },
    });
  });

  it("fails when samples were lost lately, and warns when that is long ago", async () => {
    const lossy = () => metrics({ failed: 20 });
    const lately = await edgeWith(lossy, () => [{ labels: {}, value: 20.4 }]);
    expect(await queue(60).run(lately)).toMatchObject({
      status: "failed",
      detail: "20 samples lost within the last hour",
    });
    const before = await edgeWith(lossy);
    expect(await queue(60).run(before)).toMatchObject({
      status: "warning",
      detail:
        "5 s behind, 490 samples pending; 20 samples lost since the agent was started, none within the last hour",
    });
  });

  it("tells a queue that catches up from one that is stuck", async () => {
    const stuck = await edgeWith(() => metrics({ sent: 1_795_248_079 - 300 }));
    let sent = 1_795_248_079 - 300;
    const moving = await edgeWith(() => metrics({ sent: (sent += 60) }));
    const [first, second] = await Promise.all([
      queue(60, 50).run(stuck),
      queue(60, 50).run(moving),
    ]);
    expect(first).toMatchObject({
      status: "failed",
      detail: "the agent cannot send: 300 s behind, 490 samples pending",
      facts: { behindSeconds: 300 },
    });
    expect(second).toMatchObject({
      status: "pending",
      detail: expect.stringContaining("catching up, 240 s behind"),
    });
  });

  it("gives an agent that has just been started its time", async () => {
    const silent = () => metrics({ sent: 0 });
    expect(await queue(60).run(await edgeWith(silent, () => [], 5000))).toMatchObject({
      status: "pending",
    });
    expect(await queue(60).run(await edgeWith(silent))).toMatchObject({
      status: "failed",
      detail: "the agent has not sent anything yet",
    });
  });
});

describe("the check of a pair's queues", () => {
  const pairWith = async (first: string, second: string) => {
    const [edge, other] = await Promise.all([edgeWith(() => first), edgeWith(() => second)]);
    const [a, b] = [(await edge.agents())[0], (await other.agents())[0]];
    return { ...edge, agents: async () => [a, { ...b, name: "prometheus-agent-b" }] as Agent[] };
  };

  it("is as well as the worse of them, and tells both", async () => {
    expect(
      await queue(60).run(await pairWith(metrics(), metrics({ sent: 1_795_248_077 }))),
    ).toMatchObject({
      status: "passed",
      brief: "5 s 2 s",
    });
    expect(
      await queue(60, 50).run(await pairWith(metrics(), metrics({ sent: 1_795_248_079 - 300 }))),
    ).toMatchObject({
      status: "failed",
      detail:
        "prometheus-agent: 5 s behind, 490 samples pending, none failed or dropped; " +
        "prometheus-agent-b: the agent cannot send: 300 s behind, 490 samples pending",
    });
  });

  it("misses an agent that is not ready", async () => {
    const home = { stack: "dev", context: "dev", agents: 2, cluster: () => clusterOf() };
    const edge = { ...(await edgeWith(metrics)), home };
    expect(await agents.run(edge)).toMatchObject({
      status: "failed",
      detail: "1 of 2 agents ready",
    });
    expect(await agents.run({ ...edge, home: { ...home, agents: 1 } })).toMatchObject({
      brief: "1 ready",
    });
  });
});

describe("the age of the newest sample", () => {
  it.each([
    [12.4, "passed", "12 s old"],
    [-0.4, "passed", "0 s old"],
    [60, "passed", "60 s old"],
    [61, "failed", "the newest sample is 61 s old"],
    [11_105, "failed", "the newest sample is 185 min 5 s old"],
    [-300, "warning", "the newest sample is 5 min 0 s in the future: compare the clocks"],
    [undefined, "failed", "no sample within the last 5 minutes"],
  ])("is judged: %s", (seconds, status, detail) => {
    expect(judgeAge(seconds, 60)).toMatchObject({ status, detail });
  });

  it("is looked for further back when there is none", async () => {
    const at = (value: number) => [{ labels: {}, value }];
    const stopped = await edgeWith(metrics, (promql) =>
      promql.includes("[6h:1m]") ? at(1800) : [],
    );
    expect(await newestSample(60).run(stopped)).toMatchObject({
      detail: "the newest sample is 30 min 0 s old",
    });
    const never = await edgeWith(metrics);
    expect(await newestSample(60).run(never)).toMatchObject({
      detail: "no sample within the last 6 hours",
    });
    const starting = await edgeWith(metrics, () => [], 5000);
    expect(await newestSample(60).run(starting)).toMatchObject({ status: "pending" });
  });
});
