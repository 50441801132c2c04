import {
  type Ask,
  type Backend,
  backendName,
  datasourcesConfigMap,
  DEFAULT_CELL,
  type DeployedAlertsSource,
  deployedAlertsSources,
  type DeployedDatasource,
  deployedDatasources,
  HUB_NAMESPACE,
  type Labels,
  type Reader,
  type TracesReader,
} from "@heliograph/heliograph/model";
import type { GrafanaSection } from "../../../../config/grafana-schema";
import { request, type Endpoint } from "../../../cluster/http";
import { keptOpen } from "../../../cluster/kept-connections";
import { Failure } from "../../../ui/failure";
import { plural } from "../../../ui/text";
import { type Check, failed, passed, warning } from "../check";
import type { HubView } from "../hub";
import { inBatches, memoizeByKey } from "../../../promises";

/** Data sources that are asked side by side: each request is a connection to the API server. */
const SIDE_BY_SIDE = 8;

/** Grafana itself is not asked: what its plugins would ask is, of whom they would ask it. */
export function datasources({
  organisations,
}: Pick<GrafanaSection, "organisations">): Check<HubView> {
  return {
    name: "data sources",
    proves:
      "every data source of Grafana is answered, sees its own tenants and no other, " +
      "and is in the organisation of its customer",
    next: ({ stack }) => `npm run up -- ${stack}; docs/grafana.md says who sees what`,
    async run(hub) {
      const files = await filesOf(hub);
      const [all, alerts] = [deployedDatasources(files), deployedAlertsSources(files)];
      const misplaced = [
        ...all.flatMap((each) => [...mislabelled(each), ...strangersIn(each, organisations)]),
        ...alerts.flatMap((each) => strangersInAlerts(each, organisations)),
      ];
      if (misplaced.length > 0) return failed(misplaced.join("; "));
      const serverAt = memoizeByKey((host) => server(hub, host));
      const sights = await inBatches(distinct(all), SIDE_BY_SIDE, (each) =>
        sightOf(hub, each, serverAt),
      );
      const wrong = [
        ...sights.flatMap(({ wrong: own }) => own),
        ...(await foreignTraces(sights)),
        ...(await inBatches(alerts, SIDE_BY_SIDE, (each) => foreignAlerts(each, serverAt))).flat(),
      ];
      if (wrong.length > 0) return failed(wrong.join("; "));
      const count = plural(all.length + alerts.length, "data source");
      const empty = sights.flatMap(({ datasource, missing }) =>
        missing.length > 0 ? [`${datasource.name}: nothing of ${missing.join(", ")}`] : [],
      );
      if (empty.length > 0)
        return warning(`${empty.length} empty`, `in the last hour: ${empty.join("; ")}`);
      return passed(count, `${count} are answered, and each sees its own tenants and no other`);
    },
  };
}

async function filesOf({ cluster, stack }: HubView): Promise<Readonly<Record<string, string>>> {
  let found: Readonly<Record<string, string>> = {};
  for (let part = 0; ; part += 1) {
    const files = (await cluster.configMap(HUB_NAMESPACE, datasourcesConfigMap(part)))?.data;
    if (files) found = { ...found, ...files };
    else if (part > 0) return found;
    else
      throw new Failure(
        `there is no ConfigMap ${HUB_NAMESPACE}/${datasourcesConfigMap(part)}`,
        `npm run up -- ${stack}`,
      );
  }
}

function mislabelled({ name, tenants, tenantNamed: named }: DeployedDatasource): string[] {
  return named === undefined || tenants.join() === named
    ? []
    : [`${name}: asks for ${tenants.join(", ")}`];
}

/** Tenants that a customer's organisation has, and that are not the customer's. */
function strangersIn(
  { organisation, name, tenants }: DeployedDatasource,
  wanted: GrafanaSection["organisations"],
): string[] {
  if (organisation === undefined) return [];
  const strangers = tenants.filter((tenant) => !wanted[organisation]?.tenants.includes(tenant));
  return strangers.map(
    (tenant) => `organisation ${organisation}, ${name}: has ${tenant}, which is not its own`,
  );
}

/** The same for alerts, where one without a tenant shows all. */
function strangersInAlerts(
  { organisation, name, tenant }: DeployedAlertsSource,
  wanted: GrafanaSection["organisations"],
): string[] {
  if (organisation === undefined) return [];
  if (tenant !== undefined && wanted[organisation]?.tenants.includes(tenant)) return [];
  const stranger = tenant === undefined ? "all tenants" : `${tenant}, which is not its own`;
  return [`organisation ${organisation}, ${name}: has the alerts of ${stranger}`];
}

/** Asks as the plug-in does, and looks whose alerts it is shown. */
async function foreignAlerts(
  { name, url, headers, tenant }: DeployedAlertsSource,
  serverAt: (host: string) => Promise<Endpoint>,
): Promise<string[]> {
  const endpoint = await serverAt(new URL(url).host);
  const { status, body } = await request({ ...endpoint, path: "/api/v2/alerts", headers });
  if (status !== 200) return [`${name}: answers ${status} ${body.slice(0, 200)}`];
  if (tenant === undefined) return [];
  const shown = JSON.parse(body) as { readonly labels: Labels }[];
  const others = shown.filter(({ labels }) => labels["tenant_id"] !== tenant);
  return others.length > 0 ? [`${name}: sees ${plural(others.length, "alert")} of others`] : [];
}

/** The same question to the same server is asked once, however many organisations have it. */
function distinct(all: readonly DeployedDatasource[]): DeployedDatasource[] {
  return [...new Map(all.map((each) => [`${each.url} ${each.tenants.join("|")}`, each])).values()];
}

interface Sight {
  readonly datasource: DeployedDatasource;
  readonly reader: Reader;
  readonly wrong: readonly string[];
  /** Tenants whose data should be there by now, and is not seen. */
  readonly missing: readonly string[];
}

async function sightOf(
  hub: HubView,
  datasource: DeployedDatasource,
  serverAt: (host: string) => Promise<Endpoint>,
): Promise<Sight> {
  const { name, url, tenants } = datasource;
  const reader = readerOf(hub, datasource, await serverAt(new URL(url).host));
  const issue = await reader.failure(tenants);
  if (issue) return { datasource, reader, wrong: [`${name}: ${issue}`], missing: [] };
  const seen = await reader.tenants(tenants);
  const others = hub.tenants.filter((tenant) => seen.includes(tenant) && !tenants.includes(tenant));
  const sending = Object.values(hub.contract.edges).flatMap(({ state, tenant }) =>
    state === "signed" ? [tenant] : [],
  );
  return {
    datasource,
    reader,
    wrong: others.map((tenant) => `${name}: sees data of ${tenant}`),
    missing: tenants.filter((tenant) => sending.includes(tenant) && !seen.includes(tenant)),
  };
}

/** Reads through a data source, as its plug-in does. */
export function readerOf(hub: HubView, datasource: DeployedDatasource, server: Endpoint): Reader {
  const backend = backendAt(hub, datasource);
  return backend.reader(askAs(datasource, backend, server));
}

/** The backend that a data source asks, by the name of its Service. */
function backendAt(hub: HubView, { signal, url }: DeployedDatasource): Backend {
  const { hostname } = new URL(url);
  const cell = hub.cells.find((each) =>
    hostname.startsWith(backendName(hub.backend(each, signal).name, each)),
  );
  return hub.backend(cell ?? hub.cells[0] ?? DEFAULT_CELL, signal);
}

/** Asks as the plug-in does: with its own address and header, whatever tenants the reader means. */
function askAs(
  { url, headers }: DeployedDatasource,
  { datasource: { path: base } }: Backend,
  endpoint: Endpoint,
): Ask {
  const own = new URL(url).pathname.replace(/\/$/, "");
  return ({ path, method, headers: more, body }) =>
    request({
      ...endpoint,
      path: `${own}${path.slice(base.length)}`,
      method,
      headers: { ...more, ...headers },
      ...(body !== undefined && { body: Buffer.from(body) }),
    });
}

/** `host`: name and port of a Service. */
async function server({ cluster }: HubView, host: string): Promise<Endpoint> {
  const [name = "", port] = host.split(":");
  return keptOpen(await cluster.service(HUB_NAMESPACE, name, Number(port)));
}

/**
 * Asks with each data source of one tenant for a trace of the next one's tenant: by its id, which
 * needs no search.
 */
async function foreignTraces(sights: readonly Sight[]): Promise<string[]> {
  const single = sights.flatMap(({ datasource, reader }) => {
    const [tenant, ...others] = datasource.tenants;
    if (datasource.signal !== "traces" || tenant === undefined || others.length > 0) return [];
    return [{ ...datasource, tenant, reader: reader as TracesReader }];
  });
  const found = await inBatches(single, SIDE_BY_SIDE, async ({ name, tenant, reader }, index) => {
    const [id] = await reader.search(tenant, {}, 1);
    if (id === undefined) return [];
    if ((await reader.trace(tenant, id)).length === 0)
      return [`${name}: finds trace ${id}, but does not have it`];
    const other = single[(index + 1) % single.length];
    if (!other || single.length === 1) return [];
    if ((await other.reader.trace(other.tenant, id)).length === 0) return [];
    return [`${other.name}: has trace ${id} of ${tenant}`];
  });
  return found.flat();
}
