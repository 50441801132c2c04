import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { SIGNALS } from "@heliograph/heliograph/model";
import type { Response, Tls } from "../../../src/cli/cluster/http";
import type { HubView } from "../../../src/cli/commands/verify/hub";
import type { ScenarioContext } from "../context.js";
import { cell as ownCell } from "./hub.js";
import { type WayIn, waysIn } from "./ways-in.js";

/**
 * What is written is found some seconds later; nothing may be concluded from what is not found
 * before.
 */
const VISIBLE_SECONDS = 60;

/** A sample, a line or a span under an id that nobody else writes, and what became of it. */
export interface Probe {
  readonly id: string;
  readonly way: WayIn;
  /** When it was written, in milliseconds: it is looked for around this time. */
  readonly time: number;
  readonly answer: Response;
}

interface ProbesOptions {
  /** Where they are looked for. Defaults to the lab's own. */
  readonly cell?: string;
  /** Whose labels they bear, whoever writes. Defaults to dev, which is right in dev's tenant. */
  readonly edge?: string;
}

/** Writes one of each and looks for them. */
export class Probes {
  constructor(
    private readonly lab: ScenarioContext,
    private readonly hub: HubView,
    private readonly options: ProbesOptions = {},
  ) {}

  /** One by every way in of every pod of the gateway. */
  async write(tls: Tls, headers?: Readonly<Record<string, string>>): Promise<Probe[]> {
    const pods = await this.hub.gateways();
    const { edge: name = "dev" } = this.options;
    const entry = this.hub.contract.edges[name];
    if (!entry) throw new Error(`The hub's inventory has no edge ${name}.`);
    const time = Date.now();
    const writes = pods.flatMap(({ write }) =>
      waysIn.map(async (way) => {
        const id = randomUUID();
        return {
          id,
          way,
          time,
          answer: await way.write({ ...write, tls, headers }, { name, entry }, id, time),
        };
      }),
    );
    return Promise.all(writes);
  }

  /** How many of the probes each tenant has in the cell; tenants without any are left out. */
  async found(probes: readonly Probe[]): Promise<Record<string, number>> {
    // A request without a tenant would be stored under this name, were the backends not told to
    // refuse it.
    const tenants = [...this.hub.tenants, "anonymous"];
    const counts: Record<string, number> = {};
    for (const tenant of tenants) {
      const ofSignals = await Promise.all(
        SIGNALS.map((signal) => this.count(tenant, probes, signal)),
      );
      const total = ofSignals.reduce((sum, count) => sum + count, 0);
      if (total > 0) counts[tenant] = total;
    }
    return counts;
  }

  /** The same, once all of them are there, or the time for that is over. */
  async foundAll(
    probes: readonly Probe[],
    seconds = VISIBLE_SECONDS,
  ): Promise<Record<string, number>> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const found = await this.found(probes);
      const total = Object.values(found).reduce((sum, count) => sum + count, 0);
      if (total >= probes.length || Date.now() > deadline) return found;
      await pause(500, undefined, { signal: this.lab.signal });
    }
  }

  private async count(
    tenant: string,
    probes: readonly Probe[],
    signal: WayIn["signal"],
  ): Promise<number> {
    const { cell = ownCell } = this.options;
    const written = probes.filter(({ way }) => way.signal === signal);
    const counts = [...new Set(written.map(({ time }) => time))].map((time) => {
      const together = written.filter((probe) => probe.time === time);
      const ids = together.map(({ id }) => id);
      return together[0]!.way.count(this.hub, { tenant, cell }, ids, time);
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }
}

/** What was found, for people. */
export function counts(found: Readonly<Record<string, number>>): string {
  return (
    Object.entries(found)
      .map(([tenant, count]) => `${count} in ${tenant}`)
      .join(", ") || "none in any tenant"
  );
}
