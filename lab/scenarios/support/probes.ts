import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { labelsOf } from "../../../components/contract/hub";
import type { Response, Tls } from "../../../src/cli/clients/http";
import { remoteWrite } from "../../../src/cli/clients/remote-write";
import type { HubView } from "../../../src/cli/verify/fleet";
import type { ScenarioContext } from "../context.js";
import { cell } from "./hub.js";

const series = "heliograph_lab_probe";
/** What is written is found some seconds later; nothing may be concluded from what is not found before. */
const visibleSeconds = 60;

/** A sample under a label that nobody else writes, and what became of it. */
export interface Probe {
  readonly id: string;
  readonly pod: string;
  readonly answer: Response;
}

/** Writes single samples and looks for them. Whoever writes one: it bears the labels of dev, which are right in dev's tenant and harm nowhere. */
export class Probes {
  constructor(
    private readonly lab: ScenarioContext,
    private readonly hub: HubView,
  ) {}

  /** One sample to every pod of the gateway. */
  async write(tls: Tls, headers?: Readonly<Record<string, string>>): Promise<Probe[]> {
    const pods = await this.hub.gateways();
    const { dev } = this.hub.contract.edges;
    if (!dev) throw new Error("The hub's inventory has no edge dev.");
    return Promise.all(
      pods.map(async ({ pod, write }) => {
        const id = randomUUID();
        const labels = { __name__: series, probe: id, ...labelsOf("dev", dev) };
        return {
          id,
          pod,
          answer: await remoteWrite({ ...write, tls, headers }, [{ labels, samples: [[1, Date.now()]] }]),
        };
      }),
    );
  }

  /** How many of the probes each tenant has; tenants without any are left out. */
  async found(probes: readonly Probe[]): Promise<Record<string, number>> {
    const mimir = await this.hub.mimir(cell);
    // A request without a tenant would be stored under this name, were Mimir not told to refuse it.
    const tenants = [...this.hub.tenantsOf(cell), "anonymous"];
    const selector = `${series}{probe=~"${probes.map(({ id }) => id).join("|")}"}`;
    const counts = await Promise.all(
      tenants.map(async (tenant) => [tenant, await mimir.number([tenant], `count(${selector})`)] as const),
    );
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  /** The same, once all of them are there, or the time for that is over. */
  async foundAll(probes: readonly Probe[]): Promise<Record<string, number>> {
    const deadline = Date.now() + visibleSeconds * 1000;
    for (;;) {
      const found = await this.found(probes);
      const total = Object.values(found).reduce((sum, count) => sum + count, 0);
      if (total >= probes.length || Date.now() > deadline) return found;
      await pause(500, undefined, { signal: this.lab.signal });
    }
  }
}
