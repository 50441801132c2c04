import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type HubContract, labelsOf, type MetricsReader } from "@heliograph/heliograph/model";
import type { Response, Tls } from "../../src/cli/cluster/http";
import { remoteWrite } from "../../src/cli/cluster/remote-write";
import type { Scenario, ScenarioContext } from "./context.js";
import { withExtraEdges } from "./support/extra-edges.js";
import { gatewayTarget, hubContract, openMimir } from "./support/hub.js";

const minute = 60_000;
const hour = 60 * minute;

const tenant = "latecomers";
/** Makes the tenant's window 7 h: the outage, and an hour to send what piled up. */
const edge = { tenant, outage: "6h" };
/** What the edge that returns has kept, from 5 h ago until now. */
const backlog = { hours: 5, stepMinutes: 10, series: 20, requests: 6 };
/** Mimir's own idea of late: what a window spares. */
const lateHours = 2;
const tooOldHours = 8;

const metric = "heliograph_lab_late";
/** What was written is found some seconds later. */
const visibleSeconds = 60;

/** Mimir judges samples by the newest one of their tenant, whichever edge sent that. */
export const lateSamples: Scenario = {
  name: "late-samples",
  summary:
    "an edge that returns after hours writes all it has kept, beside one of the same tenant that was never away",
  needs: "deployment",
  async run(lab) {
    lab.log("letting two edges of one tenant in");
    const tls = await withExtraEdges(lab, { punctual: edge, returning: edge });
    const contract = await hubContract(lab);
    const punctual = new Writer(contract, "punctual", tls.punctual);
    const returning = new Writer(contract, "returning", tls.returning);
    const now = Date.now();

    const first = await punctual.write([now], 1);
    lab.check("the edge that was never away writes a sample of now", isTaken(first), said([first]));
    await checkBacklog(lab, returning, now);

    const ancient = await returning.write([now - tooOldHours * hour], 1);
    lab.check(
      `a sample that is ${tooOldHours} h old is refused`,
      ancient.status === 400,
      said([ancient]),
    );
    const last = await punctual.write([Date.now()], 1);
    lab.check("the other edge goes on", isTaken(last), said([last]));
  },
};

/** In several requests, oldest first, as an agent sends what it has kept. */
async function checkBacklog(lab: ScenarioContext, writer: Writer, now: number): Promise<void> {
  const { hours, stepMinutes, series, requests } = backlog;
  const steps = (hours * hour) / (stepMinutes * minute);
  const times = Array.from(
    { length: steps + 1 },
    (_, step) => now - (steps - step) * stepMinutes * minute,
  );
  const size = Math.ceil(times.length / requests);
  const answers: Response[] = [];
  for (let sent = 0; sent < times.length; sent += size) {
    answers.push(await writer.write(times.slice(sent, sent + size), series));
  }
  const written = times.length * series;
  const late = times.filter((time) => time < now - lateHours * hour).length * series;
  lab.check(
    `the one that returns writes ${written} samples, ${late} of them over ${lateHours} h old`,
    answers.every(isTaken),
    said(answers),
  );
  const stored = await writer.stored(lab, await openMimir(lab), written);
  lab.check(
    "all of them are read back through the tenant",
    stored === written,
    `${stored} of ${written}`,
  );
}

/** An edge that writes series of its own, with the labels of the inventory. */
class Writer {
  private readonly id = randomUUID();

  constructor(
    private readonly contract: HubContract,
    private readonly edge: string,
    private readonly tls: Tls,
  ) {}

  /** A sample at each of the times (milliseconds), in so many series. */
  write(times: readonly number[], series: number): Promise<Response> {
    const entry = this.contract.edges[this.edge];
    if (!entry) throw new Error(`The hub's inventory has no edge ${this.edge}.`);
    const labels = { __name__: metric, probe: this.id, ...labelsOf(this.edge, entry) };
    const samples = times.map((time) => [time, time] as const);
    const all = Array.from({ length: series }, (_, index) => ({
      labels: { ...labels, series: `${index}` },
      samples,
    }));
    return remoteWrite(gatewayTarget(this.tls), all);
  }

  /**
   * How many samples the tenant has that were written by this edge, and are what was written; asks
   * until it is that many.
   */
  async stored(lab: ScenarioContext, mimir: MetricsReader, wanted: number): Promise<number> {
    const deadline = Date.now() + visibleSeconds * 1000;
    for (;;) {
      const found = await mimir.samples(
        [tenant],
        `${metric}{probe="${this.id}"}[${backlog.hours + 1}h]`,
      );
      // Each sample's value is its own time.
      const right = found.flatMap(({ values }) =>
        values.filter(([seconds, value]) => Math.round(seconds * 1000) === value),
      );
      if (right.length === wanted || Date.now() > deadline) return right.length;
      await pause(500, undefined, { signal: lab.signal });
    }
  }
}

function isTaken({ status }: Response): boolean {
  return Math.floor(status / 100) === 2;
}

function said(answers: readonly Response[]): string {
  const lines = answers.map(({ status, body }) => `${status} ${body.trim()}`.trim());
  return `${answers.length} answers: ${[...new Set(lines)].join(", ")}`;
}
