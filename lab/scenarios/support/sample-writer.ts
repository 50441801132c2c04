import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { labelsOf } from "@heliograph/heliograph/model";
import type { Tls } from "../../../src/cli/cluster/http";
import { remoteWrite } from "../../../src/cli/cluster/remote-write";
import type { ClusterName } from "../../clusters/topology.js";
import type { ScenarioContext } from "../context.js";
import { gatewayTarget, hubContract, openMimir } from "./hub.js";

const metric = "heliograph_lab_written";
const series = 20;
const backlogMinutes = 60;
const intervalMilliseconds = 500;

/**
 * Writes through the gateway as an edge of the lab, and knows exactly which samples were accepted.
 * A sample's value is its own time.
 */
export class SampleWriter {
  private readonly id = randomUUID();
  private readonly times = new Set<number>();
  private readonly statuses = new Map<string, number>();
  private marked: readonly number[] = [];
  private loop: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly lab: ScenarioContext,
    private readonly edge: ClusterName,
    private readonly tls: Tls,
  ) {}

  get accepted(): number {
    return this.times.size * series;
  }

  /** Answers after which an agent would drop what it had sent. */
  get lostForGood(): number {
    return [...this.statuses].reduce(
      (sum, [status, count]) => sum + (status.startsWith("4") ? count : 0),
      0,
    );
  }

  refusals(): string {
    return [...this.statuses].map(([status, count]) => `${count} × ${status}`).join(", ") || "none";
  }

  /** A sample a minute, until now. */
  async backlog(): Promise<void> {
    const now = Date.now();
    for (let minute = backlogMinutes; minute > 0; minute -= 1)
      await this.write(now - minute * 60_000);
  }

  start(): void {
    this.loop ??= (async () => {
      while (!this.stopped) {
        await this.write(Date.now());
        await pause(intervalMilliseconds);
      }
    })();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.loop;
  }

  /** Notes what has to be read back: all that was accepted so far. */
  mark(): number {
    this.marked = [...this.times];
    return this.marked.length * series;
  }

  /** How many of the noted samples are read. */
  async readBack(): Promise<number> {
    const { tenant } = await this.entry();
    const mimir = await openMimir(this.lab);
    const found = await mimir.samples([tenant], `${metric}{probe="${this.id}"}[3h]`);
    return found.reduce((total, { values }) => {
      const right = new Set(
        values.filter(([at, value]) => Math.round(at * 1000) === value).map(([, value]) => value),
      );
      return total + this.marked.filter((time) => right.has(time)).length;
    }, 0);
  }

  private async write(time: number): Promise<void> {
    const labels = { __name__: metric, probe: this.id, ...labelsOf(this.edge, await this.entry()) };
    const samples = [[time, time] as const];
    const all = Array.from({ length: series }, (_, index) => ({
      labels: { ...labels, series: `${index}` },
      samples,
    }));
    const status = await remoteWrite(gatewayTarget(this.tls), all).then(
      (answer) => `${answer.status}`,
      () => "no answer",
    );
    if (status === "200") this.times.add(time);
    else this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  private known: ReturnType<typeof hubContract> | undefined;
  private async entry() {
    this.known ??= hubContract(this.lab);
    const entry = (await this.known).edges[this.edge];
    if (!entry) throw new Error(`The hub's inventory has no edge ${this.edge}.`);
    return entry;
  }
}
