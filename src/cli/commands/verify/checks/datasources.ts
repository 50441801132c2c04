import {
  DATASOURCES_CONFIG_MAP,
  type DeployedDatasource,
  deployedDatasources,
} from "../../../../../components/in-force";
import { HUB_NAMESPACE } from "../../../../../components/contract/places";
import type { GrafanaSection } from "../../../../config/grafana-schema";
import { DatasourceClient } from "../../../cluster/datasource";
import type { Endpoint } from "../../../cluster/http";
import { keptOpen } from "../../../cluster/kept-connections";
import { Failure } from "../../../ui/failure";
import { plural } from "../../../ui/text";
import { type Check, failed, passed, warning } from "../check";
import type { HubView } from "../hub";
import { inBatches, memoizeByKey } from "../../../promises";

/** Data sources that are asked side by side: each question is a connection through the API server. */
const SIDE_BY_SIDE = 8;

/** Grafana itself is not asked: what its plugins would ask is, of whom they would ask it. */
export function datasources({
  organisations,
}: Pick<GrafanaSection, "organisations">): Check<HubView> {
  return {
    name: "data sources",
    proves:
      "every data source of Grafana is answered, sees its own tenants and no other, and is in the organisation of its customer",
    next: ({ stack }) => `npm run up -- ${stack}; docs/grafana.md says who sees what`,
    async run(hub) {
      const all = await deployed(hub);
      const misplaced = all.flatMap((each) => [
        ...mislabelled(each),
        ...strangersIn(each, organisations),
      ]);
      if (misplaced.length > 0) return failed(misplaced.join("; "));
      const serverAt = memoizeByKey((host) => server(hub, host));
      const sights = await inBatches(distinct(all), SIDE_BY_SIDE, (each) =>
        sightOf(hub, each, serverAt),
      );
      const wrong = [...sights.flatMap(({ wrong: own }) => own), ...(await foreignTraces(sights))];
      if (wrong.length > 0) return failed(wrong.join("; "));
      const count = plural(all.length, "data source");
      const empty = sights.flatMap(({ datasource, missing }) =>
        missing.length > 0 ? [`${datasource.name}: nothing of ${missing.join(", ")}`] : [],
      );
      if (empty.length > 0)
        return warning(`${empty.length} empty`, `in the last hour: ${empty.join("; ")}`);
      return passed(count, `${count} are answered, and each sees its own tenants and no other`);
    },
  };
}

async function deployed({ cluster, stack }: HubView): Promise<DeployedDatasource[]> {
  const files = (await cluster.configMap(HUB_NAMESPACE, DATASOURCES_CONFIG_MAP))?.data;
  if (files) return deployedDatasources(files);
  throw new Failure(
    `there is no ConfigMap ${HUB_NAMESPACE}/${DATASOURCES_CONFIG_MAP}`,
    `npm run up -- ${stack}`,
  );
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

/** The same question to the same server is asked once, however many organisations have it. */
function distinct(all: readonly DeployedDatasource[]): DeployedDatasource[] {
  return [...new Map(all.map((each) => [`${each.url} ${each.tenants.join("|")}`, each])).values()];
}

interface Sight {
  readonly datasource: DeployedDatasource;
  readonly client: DatasourceClient;
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
  const client = new DatasourceClient(datasource, await serverAt(new URL(url).host));
  const problem = await client.problem();
  if (problem) return { datasource, client, wrong: [`${name}: ${problem}`], missing: [] };
  const seen = await client.tenants();
  const others = hub.tenants.filter((tenant) => seen.includes(tenant) && !tenants.includes(tenant));
  const sending = Object.values(hub.contract.edges).flatMap(({ state, tenant }) =>
    state === "signed" ? [tenant] : [],
  );
  return {
    datasource,
    client,
    wrong: others.map((tenant) => `${name}: sees data of ${tenant}`),
    missing: tenants.filter((tenant) => sending.includes(tenant) && !seen.includes(tenant)),
  };
}

/** `host`: name and port of a Service. */
async function server({ cluster }: HubView, host: string): Promise<Endpoint> {
  const [name = "", port] = host.split(":");
  return keptOpen(await cluster.service(HUB_NAMESPACE, name, Number(port)));
}

/** A trace is asked for by its id, which needs no search: so that of one tenant is asked for in the name of the next. */
async function foreignTraces(sights: readonly Sight[]): Promise<string[]> {
  const single = sights.filter(
    ({ datasource: { signal, tenants } }) => signal === "traces" && tenants.length === 1,
  );
  const found = await inBatches(single, SIDE_BY_SIDE, async ({ datasource, client }, index) => {
    const id = await client.someTrace();
    if (id === undefined) return [];
    if (!(await client.hasTrace(id)))
      return [`${datasource.name}: finds trace ${id}, but does not have it`];
    const other = single[(index + 1) % single.length] as Sight;
    if (other.datasource === datasource || !(await other.client.hasTrace(id))) return [];
    return [`${other.datasource.name}: has trace ${id} of ${datasource.tenants.join()}`];
  });
  return found.flat();
}
