import { HUB_NAMESPACE } from "@heliograph/heliograph/model";
import type { ScenarioContext } from "../context.js";

export interface Refusal {
  readonly pod: string;
  /**
   * Seconds from the pod's last reload until it took a write of the edge for the last time; 0 where
   * it took none any more.
   */
  readonly takenFor: number;
  /** Writes refused since. */
  readonly refused: number;
}

/**
 * How each pod of the gateway went from taking an edge to refusing it: by its own logs, whose times
 * are whole seconds.
 */
export async function refusalOf(lab: ScenarioContext, edge: string): Promise<Refusal[]> {
  const [writes, reloads] = await Promise.all([logsOf(lab, "nginx"), logsOf(lab, "reloader")]);
  return [...writes].map(([pod, lines]) => {
    const reloaded = Math.max(
      ...(reloads.get(pod) ?? []).filter(({ reload }) => reload === "done").map(timeOf),
    );
    const ofEdge = lines
      .filter(({ subject }) => String(subject).startsWith(`CN=${edge},`))
      .filter((line) => timeOf(line) >= reloaded);
    const taken = ofEdge.filter(({ status }) => Number(status) < 300).map(timeOf);
    const refused = ofEdge.filter(({ status }) => status === 503).length;
    return { pod, takenFor: Math.max(reloaded, ...taken) - reloaded, refused };
  });
}

type Line = Readonly<Record<string, unknown>>;

async function logsOf(lab: ScenarioContext, container: string): Promise<Map<string, Line[]>> {
  const selector = "--selector=app.kubernetes.io/name=gateway";
  const all = [
    "--since=10m",
    "--tail=-1",
    "--prefix",
    `--container=${container}`,
    `--namespace=${HUB_NAMESPACE}`,
  ];
  const text = await lab.kubectl("ops", ["logs", selector, ...all]);
  const byPod = new Map<string, Line[]>();
  for (const line of text.split("\n")) {
    const [, pod, json] = /^\[pod\/([^/]+)\/[^\]]+\] (\{.*\})$/.exec(line) ?? [];
    if (pod === undefined || json === undefined) continue;
    byPod.set(pod, [...(byPod.get(pod) ?? []), JSON.parse(json) as Line]);
  }
  return byPod;
}

function timeOf({ time }: Line): number {
  return Date.parse(String(time)) / 1000;
}
