import { setTimeout as pause } from "node:timers/promises";
import { HUB_TENANT } from "@heliograph/heliograph/model";
import type { HubView } from "../../../src/cli/commands/verify/hub";
import { LabError } from "../../host/errors.js";
import type { ScenarioContext } from "../context.js";
import { cell, textOf } from "../support/hub.js";

/** An alert as the ruler shows it. */
export interface ShownAlert {
  readonly state: "pending" | "firing";
  readonly labels: Readonly<Record<string, string>>;
}

/** `EdgeSilent dev`: the alert, and what it is about. */
export function nameOf({ labels }: Pick<ShownAlert, "labels">): string {
  const { alertname, cluster, edge } = labels;
  return [alertname, cluster ?? edge].filter(Boolean).join(" ");
}

/** Looks every few seconds at what is pending and what fires, and remembers all that has fired. */
export class AlertWatch {
  readonly fired = new Set<string>();
  private shown: readonly ShownAlert[] = [];

  constructor(
    private readonly lab: ScenarioContext,
    private readonly hub: HubView,
  ) {}

  stateOf(alert: string): ShownAlert["state"] | undefined {
    const states = this.shown.filter((shown) => nameOf(shown) === alert).map(({ state }) => state);
    return states.includes("firing") ? "firing" : states[0];
  }

  get firing(): string[] {
    return [...new Set(this.shown.filter(({ state }) => state === "firing").map(nameOf))].sort();
  }

  /** Seconds until something is so. */
  async until(what: string, seconds: number, ready: () => boolean): Promise<number> {
    const start = performance.now();
    const passed = () => Math.round((performance.now() - start) / 1000);
    for (;;) {
      await this.look();
      if (ready()) return passed();
      if (passed() > seconds)
        throw new LabError(`${what}: not within ${seconds} s; firing: ${this.firing.join(", ")}`);
      await pause(3000, undefined, { signal: this.lab.signal });
    }
  }

  private async look(): Promise<void> {
    const ruler = await this.hub.ask(cell, "metrics", "rules");
    // No answer is no reason to give up: a busy machine answers late.
    const answer = await textOf(ruler, "/prometheus/api/v1/alerts", HUB_TENANT).catch(
      () => undefined,
    );
    if (answer === undefined) return;
    this.shown = (JSON.parse(answer) as { data: { alerts: ShownAlert[] } }).data.alerts;
    for (const name of this.firing) this.fired.add(name);
  }
}
