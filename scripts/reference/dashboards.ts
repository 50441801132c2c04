import {
  allDashboards,
  type Dashboard,
  HOME,
  panelsOf,
  queriesOf,
  uidOf,
} from "@heliograph/heliograph/model";

/** The dashboards, as people look them up: what each is for, and what it shows. */
export function dashboardsPage(): string {
  const dashboards = allDashboards();
  const panels = dashboards.flatMap(panelsOf).length;
  const queries = dashboards.flatMap(queriesOf).length;
  const folders = [...new Set(dashboards.map(({ folder }) => folder))];
  return [
    "# Dashboards",
    "",
    "This page lists the dashboards that Grafana has from the start. It is generated from",
    "`components/dashboards` and from the folder of each backend. [Grafana](grafana.md) describes how",
    "they get there, and who sees which.",
    "",
    `There are ${dashboards.length} dashboards with ${panels} panels, which ask ${queries} queries. A hub has those of its own`,
    "backends. Nobody can change one in Grafana: save a copy under another name instead.",
    "",
    "- **Variables** at the top choose the data source of each signal, and then tenant, environment,",
    "  region, cluster and more. Each offers what the ones before it leave. Every query selects by",
    "  tenant and cluster, except where this page gives a reason.",
    "- **A click** on a series or a row leads on: from the overview to the cluster, the namespace, the",
    "  workload, the pod, and to its logs and traces.",
    `- **First page**: operators start at \`${uidOf(HOME.operators.name)}\`, everybody else at`,
    `  \`${uidOf(HOME.everyone.name)}\`. Operators who choose another first page keep it.`,
    "- **Prices** on the dashboards of cost are fields that you can change at the top.",
    "",
    "## Look at them without Grafana",
    "",
    "The lab draws every dashboard as a page, from what its hub and edges answer at that moment:",
    "",
    "```",
    "npm run lab -- dashboards                              all of them, and a page that lists them",
    "npm run lab -- dashboards fleet pod --cluster dev      two of them, of one cluster and its tenant",
    "npm run lab -- dashboards --out /tmp/pages             written to another folder",
    "```",
    "",
    "The command prints what to open. Pages have the grid, the titles, units, legends, thresholds and",
    "links of the dashboards. They need nothing else and run no script. A panel without data says why,",
    "if there is a reason. This is an instrument for tests: it draws the kinds of panels that these",
    "dashboards have, shows how things were when they were asked, and is not Grafana.",
    "",
    "The lab cannot build Grafana. Where it is installed on the machine, the lab runs it in the hub's",
    "cluster as it is deployed, and the command prints how to open it, too: `HELIOGRAPH_GRAFANA_HOME`",
    "names the folder that Grafana's archive unpacks to, or `grafana` is on PATH. This was not tried,",
    "since no Grafana could be had where the lab was made.",
    "",
    ...folders.flatMap((folder) => [
      `## ${folder}`,
      "",
      ...dashboards.filter((dashboard) => dashboard.folder === folder).flatMap(section),
    ]),
  ].join("\n");
}

function section(dashboard: Dashboard): string[] {
  const { name, title, description, audience, variables, rows, needs } = dashboard;
  const reasons = panelsOf(dashboard).flatMap(([, panel]) =>
    [...new Set(panel.queries.flatMap(({ unfiltered }) => unfiltered ?? []))].map(
      (reason) => `- ${panel.title}: not by tenant or not by cluster, since ${reason}.`,
    ),
  );
  const options = panelsOf(dashboard).flatMap(([, panel]) =>
    panel.needs === undefined ? [] : [`- ${panel.title}: with \`${panel.needs}\`.`],
  );
  return [
    `### ${title}`,
    "",
    `\`${uidOf(name)}\`, for ${audience === "operators" ? "operators" : "everybody"}. ${description}.`,
    ...(needs === undefined ? [] : [`It has data with \`${needs}\` alone.`]),
    "",
    `Variables: ${variables.map((variable) => `\`${variable.name}\``).join(", ")}.`,
    "",
    "| row | panels |",
    "| --- | --- |",
    ...Object.entries(rows).map(([row, panels]) => {
      const titles = Object.values(panels).map((panel) => panel.title);
      return `| ${row} | ${titles.join(" · ")} |`;
    }),
    "",
    ...(options.length === 0
      ? []
      : ["Panels that have data with an option alone:", "", ...options, ""]),
    ...(reasons.length === 0
      ? []
      : ["Panels that do not select like the others:", "", ...reasons, ""]),
  ];
}
