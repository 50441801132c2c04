import { labelsOf, type HubContract } from "../../../../components/contract/hub";
import { EDGE_LABELS } from "../../../../components/contract/names";
import type { Check } from "../check";

/** Series of a tenant that no edge sent: the ruler's own. Counted apart. */
const HUB_MADE = "ALERTS|ALERTS_FOR_STATE";

export const labels: Check = {
  name: "labels",
  proves: "the agent's series are there, and no series of the tenant lacks one of the five labels or has it wrong",
  async run(edge) {
    const mimir = await edge.mimir();
    const { tenant } = edge.entry;
    const count = (selector: string) => mimir.number([tenant], `count(${selector})`);
    const targets = await count(`up${selectorOf(Object.entries(labelsOf(edge.name, edge.entry)))}`);
    if (targets === 0) {
      const detail = `no series \`up\` of ${edge.name} with its five labels in tenant ${tenant}`;
      return { ok: false, detail, next: agentLogs(edge.name) };
    }
    const wrong = wrongSelectors(edge.hub.contract.edges, tenant);
    const counts = await Promise.all(wrong.map(async (selector) => ({ selector, series: await count(selector) })));
    const found = counts.filter(({ series }) => series > 0);
    if (found.length > 0) {
      const detail = found.map(({ selector, series }) => `${series} series ${selector}`).join("; ");
      return { ok: false, detail, next: `As tenant ${tenant}: count by (__name__, job) (${found[0]?.selector})` };
    }
    const [series, hubMade] = await Promise.all([
      count(`{cluster="${edge.name}"}`),
      count(`{__name__=~"${HUB_MADE}"}`),
    ]);
    return { ok: true, detail: `${targets} targets, ${series} series, 0 mislabelled, ${hubMade} made at the hub` };
  },
};

/** Selectors that find nothing while every series is labelled as the inventory says: of no known edge, or of one with another edge's label. */
export function wrongSelectors(edges: HubContract["edges"], tenant: string): string[] {
  const own = Object.entries(edges).filter(([, entry]) => entry.tenant === tenant);
  const received: Matcher[] = [
    ["__name__", ".+", "=~"],
    ["__name__", HUB_MADE, "!~"],
  ];
  const names = own.map(([name]) => name).join("|");
  return [
    selectorOf([...received, ["cluster", names, "!~"]]),
    ...own.flatMap(([name, entry]) => {
      const wanted = labelsOf(name, entry);
      return EDGE_LABELS.filter((label) => label !== "cluster").map((label) =>
        selectorOf([...received, ["cluster", name, "="], [label, wanted[label], "!="]]),
      );
    }),
  ];
}

type Matcher = readonly [label: string, value: string, operator?: "=" | "!=" | "=~" | "!~"];

function selectorOf(matchers: readonly Matcher[]): string {
  return `{${matchers.map(([label, value, operator = "="]) => `${label}${operator}${JSON.stringify(value)}`).join(",")}}`;
}

function agentLogs(edge: string): string {
  return `kubectl --context ${edge} --namespace heliograph logs --selector app.kubernetes.io/name=prometheus-agent`;
}
