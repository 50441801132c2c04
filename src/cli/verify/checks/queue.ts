import { request } from "../../clients/http";
import { eventually, type Check, type Result } from "../check";

/** Sending in batches keeps a healthy queue a few seconds behind. */
const BEHIND_SECONDS = 30;

const HIGHEST_IN = "prometheus_remote_storage_highest_timestamp_in_seconds";
const HIGHEST_SENT = "prometheus_remote_storage_queue_highest_sent_timestamp_seconds";
const PENDING = "prometheus_remote_storage_samples_pending";
const FAILED = "prometheus_remote_storage_samples_failed_total";

export const queue: Check = {
  name: "queue",
  proves: "the agent sends as fast as it scrapes, and has given nothing up",
  async run(edge) {
    const port = await edge.agent();
    const next = `kubectl --context ${edge.cluster.context} --namespace heliograph logs --selector app.kubernetes.io/name=prometheus-agent`;
    return eventually(15, async () => ({ ...queueResult((await request({ port, path: "/metrics" })).body), next }));
  },
};

/** Judges the agent's own metrics, in the text format. */
export function queueResult(metrics: string): Result {
  const behind = sum(metrics, HIGHEST_IN) - sum(metrics, HIGHEST_SENT);
  const failed = sum(metrics, FAILED);
  if (sum(metrics, HIGHEST_SENT) === 0) return { ok: false, detail: "nothing has been sent yet" };
  if (failed > 0) return { ok: false, detail: `${failed} samples were refused for good since the agent started` };
  return {
    ok: behind <= BEHIND_SECONDS,
    detail: `${Math.max(0, Math.round(behind))} s behind, ${sum(metrics, PENDING)} samples pending`,
  };
}

/** Sum over the series of one metric. */
function sum(metrics: string, name: string): number {
  return metrics
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
