import type { Scenario } from "./context.js";

/**
 * Proves that the program is deterministic. With stand-ins for the provider plugins it does not
 * prove the official ones' diffs.
 */
export const unchanged: Scenario = {
  name: "unchanged",
  summary: "a second up changes nothing, and a preview of it shows nothing",
  needs: "deployment",
  async run(lab) {
    const preview = await lab.heliograph(["preview", "--expect-no-changes"]);
    lab.check(
      "preview: 0 changes in 4 stacks",
      preview.code === 0,
      lastLine(preview.stdout || preview.stderr),
    );
    const before = await generations();
    const up = await lab.heliograph(["up", "--yes"]);
    lab.check("up again", up.code === 0, lastLine(up.stdout || up.stderr));
    const after = await generations();
    lab.check(
      "no object in any cluster was written",
      before === after,
      `${before.split("\n").length} objects`,
    );

    /**
     * Generation and resource version of what the program deploys; leases and status changes are
     * not among it.
     */
    async function generations(): Promise<string> {
      const kinds =
        "deployments,statefulsets,daemonsets,services,configmaps,secrets,networkpolicies,serviceaccounts,poddisruptionbudgets";
      const columns =
        "NS:.metadata.namespace,KIND:.kind,NAME:.metadata.name,GENERATION:.metadata.generation,UID:.metadata.uid";
      const selector = "app.kubernetes.io/part-of=heliograph";
      const lists = await Promise.all(
        lab.clusters.map(({ name }) =>
          lab.kubectl(name, [
            "get",
            kinds,
            "--all-namespaces",
            `--selector=${selector}`,
            `--output=custom-columns=${columns}`,
            "--no-headers",
          ]),
        ),
      );
      return lists.join("\n").trim();
    }
  },
};

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
