import {
  retentionShown,
  runtimeDifferences,
  THANOS_COMPACTOR,
  THANOS_FLAGS_PATH,
  thanosRetentionFlags,
} from "../../../../../../components/in-force";
import { EDGE_NAMESPACE, THANOS_HTTP_PORT } from "../../../../../../components/contract/places";
import { toYaml } from "../../../../../../components/kit/yaml";
import { request } from "../../../../cluster/http";
import { failed, passed, type Check } from "../../check";
import type { EdgeView, Home } from "../../fleet";
import { readyPods } from "../../ready-pods";

/** For edges that keep their metrics. */
export function retention(days: NonNullable<Home["retentionDays"]>): Check<EdgeView> {
  return {
    name: "retention",
    proves: "the edge's compactor keeps its metrics for as long as the stack file says",
    next: ({ home, name }) => `npm run up -- ${home?.stack ?? name}`,
    async run({ entry, cluster }) {
      const home = await cluster();
      const [{ name: pod }] = await readyPods(
        home,
        EDGE_NAMESPACE,
        "pod of the edge's compactor",
        THANOS_COMPACTOR,
      );
      const compactor = home.endpoint({ namespace: EDGE_NAMESPACE, pod, port: THANOS_HTTP_PORT });
      const { body } = await request({ ...compactor, path: THANOS_FLAGS_PATH });
      const asText = (flags: object) => toYaml({ overrides: { [entry.tenant]: flags } });
      const wrong = runtimeDifferences(
        asText(thanosRetentionFlags(days)),
        asText(retentionShown(body)),
      );
      if (wrong.length > 0) return failed(wrong.join("; "));
      const [raw, fiveMinutes, hour] = days.map((each) => `${each}d`);
      return passed(
        raw ?? "",
        `${raw} as scraped, ${fiveMinutes} of 5 minutes, ${hour} of an hour`,
      );
    },
  };
}
