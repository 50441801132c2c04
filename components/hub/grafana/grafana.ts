import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../../kit/checksum";
import type { ConfigSource } from "../../kit/config-volume";
import { createDisruptionBudget } from "../../kit/disruption-budget";
import {
  CONFIG_HASH_ANNOTATION,
  objectLabels,
  selectorLabels,
  START_UP_HASH_ANNOTATION,
} from "../../kit/labels";
import { inParts, partName } from "../../kit/parts";
import { toYaml } from "../../kit/yaml";
import { GRAFANA } from "../roles";
import { checkedInputs } from "../../kit/inputs";
import { podsOptions } from "../../kit/pods";
import {
  grafanaDatabaseFields,
  grafanaFields,
  grafanaOidcFields,
  type HubGrafanaArgs,
} from "./args";
import {
  CONFIG_FILE,
  GRAFANA_PATHS,
  GRAFANA_PORT,
  grafanaConfig,
  toIni,
  type GrafanaModel,
  type GroupMapping,
  type OidcModel,
} from "./config";
import {
  dashboardFiles,
  type OwnDashboardFiles,
  ownDashboardFiles,
  PROVIDERS,
  providerFiles,
} from "./dashboards";
import { OPERATORS, provisioning, type DatasourcesModel } from "./datasources";
import { asksOthers } from "./flows";
import { grafanaPod } from "./pod";
import { createSecrets, type GrafanaSecrets } from "./secrets";

const DEFAULT_DISK = "5Gi";
const HTTPS = 443;
const HTTP = 80;

interface GrafanaArgs extends HubGrafanaArgs {
  readonly namespace: pulumi.Input<string>;
  readonly sources: DatasourcesModel;
  readonly ownDashboards?: OwnDashboardFiles | undefined;
  readonly image: string;
  readonly curlImage: string;
}

/**
 * Grafana with a data source for each tenant and signal, and with dashboards. A small container
 * beside it brings changes of the inventory into the running Grafana, and makes the organisations
 * of customers; another configuration restarts it.
 */
export class Grafana extends pulumi.ComponentResource {
  /** Name of the Secret with the password of the user `admin`, at the key `admin-password`. */
  readonly adminSecret: pulumi.Output<string>;
  readonly serviceAccount: pulumi.Output<string>;

  constructor(name: string, given: GrafanaArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:Grafana", name, {}, podsOptions(given.pods, opts));
    const args = checkedArgs(`Grafana ${name}`, given);
    const secrets = createSecrets(name, args.namespace, args, { parent: this });
    const config = createConfig(this, name, args);
    const datasources = createDatasources(this, name, args);
    const dashboards = createDashboards(this, name, args);
    const serviceAccount = createServiceAccount(this, name, args);
    const claim = createClaim(this, name, args);
    createDeployment(this, name, args, {
      secrets,
      config,
      datasources,
      dashboards,
      serviceAccount,
      claim,
    });
    createService(this, name, args);
    createIngress(this, name, args);
    if ((args.replicas ?? 1) > 1)
      createDisruptionBudget(name, { metadata: metadata(args), role: GRAFANA }, { parent: this });
    noteWhoSeesWhat(this, args);
    this.adminSecret = secrets.object.metadata.name;
    this.serviceAccount = serviceAccount.metadata.name;
    this.registerOutputs({});
  }
}

function checkedArgs(subject: string, args: GrafanaArgs): GrafanaArgs {
  const { database, oidc } = args;
  return {
    ...checkedInputs(subject, grafanaFields, ["grafana"], args),
    ...(database && {
      database: checkedInputs(subject, grafanaDatabaseFields, ["grafana", "database"], database),
    }),
    ...(oidc && { oidc: checkedInputs(subject, grafanaOidcFields, ["grafana", "oidc"], oidc) }),
  };
}

function metadata({ namespace }: GrafanaArgs, suffix = "") {
  return { name: `${GRAFANA.name}${suffix}`, namespace, labels: objectLabels(GRAFANA) };
}

const speaksTls = ({ exposure }: GrafanaArgs) => exposure === "LoadBalancer";

interface Config {
  readonly map: k8s.core.v1.ConfigMap;
  readonly text: pulumi.Output<string>;
}

function createConfig(parent: Grafana, name: string, args: GrafanaArgs): Config {
  const { host, database, oidc, organisations = {} } = args;
  const text = pulumi
    .output({
      host,
      database: database && withoutPassword(database),
      oidc: oidc && withoutSecret(oidc),
      organisations,
    })
    .apply((known) =>
      toIni(
        grafanaConfig({
          port: GRAFANA_PORT,
          paths: GRAFANA_PATHS,
          host: known.host,
          tls: speaksTls(args),
          ...(known.database && { database: databaseModel(known.database) }),
          ...(known.oidc && { oidc: oidcModel(known.oidc, known.organisations) }),
        }),
      ),
    );
  const map = new k8s.core.v1.ConfigMap(
    `${name}-config`,
    { metadata: metadata(args), data: { [CONFIG_FILE]: text } },
    { parent },
  );
  return { map, text };
}

type Database = NonNullable<HubGrafanaArgs["database"]>;
type Oidc = NonNullable<HubGrafanaArgs["oidc"]>;

/** The text that is made of the others is no secret. */
const withoutPassword = (database: Database) => without(database, "password");
const withoutSecret = (oidc: Oidc) => without(oidc, "clientSecret");

function without<T extends object, K extends keyof T>(args: T, secret: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(args).filter(([key]) => key !== secret)) as Omit<T, K>;
}

function databaseModel(
  database: pulumi.Unwrap<Omit<Database, "password">>,
): NonNullable<GrafanaModel["database"]> {
  const { host, name = "grafana", user = "grafana", sslMode = "verify-full" } = database;
  return { name, user, sslMode, host };
}

function oidcModel(
  oidc: pulumi.Unwrap<Omit<Oidc, "clientSecret">>,
  organisations: pulumi.Unwrap<NonNullable<HubGrafanaArgs["organisations"]>>,
): OidcModel {
  const { clientId, authUrl, tokenUrl, userInfoUrl } = oidc;
  const map = (
    groups: readonly string[] = [],
    organisation: number | string,
    role: GroupMapping["role"],
  ) => groups.map((group): GroupMapping => ({ group, organisation, role }));
  return {
    clientId,
    authUrl,
    tokenUrl,
    userInfoUrl,
    name: oidc.name ?? "OpenID Connect",
    scopes: oidc.scopes ?? ["openid", "profile", "email"],
    groupsPath: oidc.groupsPath ?? "groups",
    mappings: [
      ...map(oidc.admins, OPERATORS, "Admin"),
      ...map(oidc.editors, OPERATORS, "Editor"),
      ...map(oidc.viewers, OPERATORS, "Viewer"),
      // Never Admin: who may add a data source may add one with another tenant's header.
      ...Object.entries(organisations).flatMap(([organisation, { editors, viewers }]) => [
        ...map(editors, organisation, "Editor"),
        ...map(viewers, organisation, "Viewer"),
      ]),
    ],
  };
}

function createDatasources(parent: Grafana, name: string, args: GrafanaArgs): ConfigSource[] {
  const files = Object.entries(provisioning(args.sources)).map(
    ([file, content]) => [file, toYaml(content)] as const,
  );
  return inParts(files, ([, text]) => Buffer.byteLength(text)).map((part, index) => {
    const annotations = { [CONFIG_HASH_ANNOTATION]: checksum(...part.flat()) };
    const map = new k8s.core.v1.ConfigMap(
      partName(`${name}-datasources`, index),
      {
        metadata: { ...metadata(args, partName("-datasources", index)), annotations },
        data: Object.fromEntries(part),
      },
      { parent },
    );
    return { name: map.metadata.name };
  });
}

/** A ConfigMap for each, and one with who has which: as many, however many tenants there are. */
function createDashboards(parent: Grafana, name: string, args: GrafanaArgs): ConfigSource[] {
  const files = Object.entries(providerFiles(GRAFANA_PATHS.provisioning));
  const providers = new k8s.core.v1.ConfigMap(
    `${name}-dashboards`,
    {
      metadata: metadata(args, "-dashboards"),
      data: Object.fromEntries(files.map(([file, content]) => [file, toYaml(content)])),
    },
    { parent },
  );
  const own = ownDashboardFiles(args.ownDashboards ?? {});
  const dashboards = [...dashboardFiles(args.sources), ...own].map((file): ConfigSource => {
    const map = new k8s.core.v1.ConfigMap(
      `${name}-dashboard-${file.name}`,
      {
        metadata: metadata(args, `-dashboard-${file.name}`),
        data: { [file.key]: file.text },
      },
      { parent },
    );
    return {
      name: map.metadata.name,
      items: file.paths.map((path) => ({ key: file.key, path })),
    };
  });
  return [
    {
      name: providers.metadata.name,
      items: files.map(([file]) => ({ key: file, path: `${PROVIDERS}/${file}` })),
    },
    ...dashboards,
  ];
}

function createServiceAccount(
  parent: Grafana,
  name: string,
  args: GrafanaArgs,
): k8s.core.v1.ServiceAccount {
  return new k8s.core.v1.ServiceAccount(
    `${name}-service-account`,
    { metadata: metadata(args), automountServiceAccountToken: false },
    { parent },
  );
}

/** Users, dashboards and whatever else people make in Grafana. */
function createClaim(
  parent: Grafana,
  name: string,
  args: GrafanaArgs,
): k8s.core.v1.PersistentVolumeClaim | undefined {
  if (args.database) return undefined;
  return new k8s.core.v1.PersistentVolumeClaim(
    `${name}-data`,
    {
      metadata: {
        ...metadata(args),
        // Many storage classes bind a volume only once a pod asks for it, and the pod is made after
        // the claim.
        annotations: { "pulumi.com/skipAwait": "true" },
      },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: args.storageClass,
        resources: { requests: { storage: args.diskSize ?? DEFAULT_DISK } },
      },
    },
    { parent },
  );
}

interface GrafanaObjects {
  readonly secrets: GrafanaSecrets;
  readonly config: Config;
  readonly datasources: readonly ConfigSource[];
  readonly dashboards: readonly ConfigSource[];
  readonly serviceAccount: k8s.core.v1.ServiceAccount;
  readonly claim: k8s.core.v1.PersistentVolumeClaim | undefined;
}

function createDeployment(
  parent: Grafana,
  name: string,
  args: GrafanaArgs,
  objects: GrafanaObjects,
): void {
  const labels = { ...selectorLabels(GRAFANA) };
  const annotations = {
    // Another set of data sources is loaded in place; this changes with what Grafana reads at its
    // start.
    [START_UP_HASH_ANNOTATION]: objects.secrets.fingerprint(objects.config.text),
    "prometheus.io/scrape": "true",
    "prometheus.io/scheme": speaksTls(args) ? "https" : "http",
    "prometheus.io/port": String(GRAFANA_PORT),
    "prometheus.io/path": "/metrics",
  };
  new k8s.apps.v1.Deployment(
    name,
    {
      metadata: metadata(args),
      spec: {
        replicas: args.replicas ?? 1,
        selector: { matchLabels: labels },
        // A file has one owner; with a database a new pod is there before an old one goes.
        strategy: args.database
          ? { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
          : { type: "Recreate" },
        template: {
          metadata: { labels: objectLabels(GRAFANA), annotations },
          spec: grafanaPod({
            image: args.image,
            curlImage: args.curlImage,
            labels,
            serviceAccount: objects.serviceAccount.metadata.name,
            config: objects.config.map.metadata.name,
            datasources: objects.datasources,
            dashboards: objects.dashboards,
            secrets: objects.secrets.object.metadata.name,
            ...(objects.claim && { claim: objects.claim.metadata.name }),
            ...(speaksTls(args) && { tlsSecret: args.tlsSecret }),
            ...(asksOthers(args) && { others: `${GRAFANA.name}:${servicePort(args)}` }),
          }),
        },
      },
    },
    { parent },
  );
}

const servicePort = (args: GrafanaArgs) => (speaksTls(args) ? HTTPS : HTTP);

function createService(parent: Grafana, name: string, args: GrafanaArgs): void {
  const { exposure = "ClusterIP", annotations, replicas = 1 } = args;
  const own: Record<string, pulumi.Input<string>> = {
    ...(exposure !== "Ingress" && annotations),
    // The provider waits until a Service has a pod.
    ...(replicas === 0 && { "pulumi.com/skipAwait": "true" }),
  };
  new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: { ...metadata(args), annotations: own },
      spec: {
        type: exposure === "LoadBalancer" ? "LoadBalancer" : "ClusterIP",
        selector: selectorLabels(GRAFANA),
        ports: [{ name: "http", port: servicePort(args), targetPort: "http" }],
      },
    },
    { parent },
  );
}

function createIngress(parent: Grafana, name: string, args: GrafanaArgs): void {
  const { exposure, host = "", tlsSecret, ingressClass, annotations } = args;
  if (exposure !== "Ingress") return;
  const backend = { service: { name: GRAFANA.name, port: { name: "http" } } };
  new k8s.networking.v1.Ingress(
    `${name}-ingress`,
    {
      metadata: { ...metadata(args), annotations },
      spec: {
        ingressClassName: ingressClass,
        tls: [{ hosts: [host], secretName: tlsSecret }],
        rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
      },
    },
    { parent },
  );
}

function noteWhoSeesWhat(grafana: Grafana, { sources, organisations = {} }: GrafanaArgs): void {
  const tenants = new Set(Object.values(sources.cells).flatMap((cell) => cell.tenants)).size;
  if (tenants < 2 || Object.keys(organisations).length > 0) return;
  const note = `In Grafana whoever has a role sees all ${tenants} tenants: folders and teams keep no data apart, organisations do.`;
  void pulumi.log.warn(note, grafana);
}
