import { duration } from "../../../../ui/text";
import { failed, passed, pending, warning, type Check, type Outcome } from "../../check";
import type { EdgeView } from "../../fleet";
import { agentCommand } from "../../kubectl";
import { isStarting } from "../../starting";

export function newestSample(maxAgeSeconds: number): Check<EdgeView> {
  return {
    name: "newest sample",
    proves: `the edge's newest sample is at most ${maxAgeSeconds} s old`,
    next: (edge) => agentCommand(edge, "get pods"),
    async run(edge) {
      const { name, entry, hub } = edge;
      const mimir = await hub.mimir(entry.cell);
      const ages = await mimir.query(
        [entry.tenant],
        `time() - max(timestamp(up{cluster="${name}"}))`,
      );
      const outcome = judgeAge(ages[0]?.value, maxAgeSeconds);
      if (outcome.status !== "failed") return outcome;
      if (await isStarting(edge)) return pending(outcome.detail);
      if (ages.length > 0) return outcome;
      // Queries look back 5 minutes. How long ago it really was costs more to find out, and matters only now.
      const long = `time() - max(max_over_time(timestamp(up{cluster="${name}"})[6h:1m]))`;
      const [older] = await mimir.query([entry.tenant], long);
      return older
        ? judgeAge(older.value, maxAgeSeconds)
        : failed("no sample within the last 6 hours");
    },
  };
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
