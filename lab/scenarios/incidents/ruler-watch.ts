import { type Ask, HUB_TENANT } from "@heliograph/heliograph/model";
import type { HubView } from "../../../src/cli/commands/verify/hub";
import { cell, textOf } from "../support/hub.js";

interface ShownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly activeAt: string;
}

/** Since when alerts of some tenants, and of the hub, have been active, by the rulers' word. */
export class RulerWatch {
  private readonly active = new Map<string, ShownAlert>();

  private constructor(
    private readonly rulers: readonly Ask[],
    private readonly tenants: readonly string[],
  ) {}

  static async open(hub: HubView, tenants: readonly string[]): Promise<RulerWatch> {
    const rulers = await Promise.all(
      (["metrics", "logs"] as const).map((signal) => hub.ask(cell, signal, "rules")),
    );
    return new RulerWatch(rulers, [...tenants, HUB_TENANT]);
  }

  async look(): Promise<void> {
    for (const ruler of this.rulers)
      for (const tenant of this.tenants) {
        // No answer is no reason to give up: a busy machine answers late.
        const answer = await textOf(ruler, "/prometheus/api/v1/alerts", tenant).catch(
          () => undefined,
        );
        if (answer === undefined) continue;
        const { data } = JSON.parse(answer) as { data: { alerts: readonly ShownAlert[] } };
        for (const alert of data.alerts) this.active.set(JSON.stringify(alert.labels), alert);
      }
  }

  /** In milliseconds, of the alert with these labels among others. */
  activeSince(labels: Readonly<Record<string, string>>): number | undefined {
    const found = [...this.active.values()].filter((alert) => has(alert.labels, labels));
    return found.length === 0
      ? undefined
      : Math.min(...found.map(({ activeAt }) => Date.parse(activeAt)));
  }
}

export function has(
  all: Readonly<Record<string, string>>,
  some: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(some).every(([label, value]) => all[label] === value);
}
