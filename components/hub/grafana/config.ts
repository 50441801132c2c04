import { homeFile } from "./dashboards";

/** What decides how Grafana starts; secrets are named by the files that hold them. */
export interface GrafanaModel {
  readonly port: number;
  readonly paths: Readonly<Record<keyof typeof GRAFANA_PATHS, string>>;
  /** Name under which browsers reach it; left out, they reach a port on their own machine. */
  readonly host?: string;
  /** Whether Grafana speaks TLS itself. */
  readonly tls: boolean;
  readonly database?: {
    readonly host: string;
    readonly name: string;
    readonly user: string;
    readonly sslMode: string;
  };
  readonly oidc?: OidcModel;
}

export interface OidcModel {
  readonly name: string;
  readonly clientId: string;
  readonly authUrl: string;
  readonly tokenUrl: string;
  readonly userInfoUrl: string;
  readonly scopes: readonly string[];
  readonly groupsPath: string;
  /** Who has which role in which organisation. */
  readonly mappings: readonly GroupMapping[];
}

export interface GroupMapping {
  readonly group: string;
  /** Number or name. */
  readonly organisation: number | string;
  readonly role: "Admin" | "Editor" | "Viewer";
}

export const GRAFANA_PORT = 3000;
export const ADMIN_USER = "admin";
export const CONFIG_FILE = "grafana.ini";
/** Where the pod mounts what Grafana reads, and where it may write. */
export const GRAFANA_PATHS = {
  config: "/etc/heliograph/config",
  secrets: "/etc/heliograph/secrets",
  tls: "/etc/heliograph/tls",
  datasources: "/etc/heliograph/datasources",
  dashboards: "/etc/heliograph/dashboards",
  provisioning: "/etc/grafana/provisioning",
  data: "/var/lib/grafana",
} as const;
/** Files in the directory of secrets. */
export const SECRET_FILES = {
  adminPassword: "admin-password",
  secretKey: "secret-key",
  databasePassword: "database-password",
  clientSecret: "client-secret",
  /** Options of curl, for who talks to Grafana's API. */
  curl: "curl.conf",
} as const;

type GrafanaConfig = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

/** Sections and keys as in https://grafana.com/docs/grafana/v13.2/setup-grafana/configure-grafana/ */
export function grafanaConfig(model: GrafanaModel): GrafanaConfig {
  const { paths, database, oidc } = model;
  return {
    paths: { data: paths.data, provisioning: paths.provisioning },
    server: server(model),
    database: database ? postgres(model, database) : { type: "sqlite3", wal: true },
    security: {
      admin_user: ADMIN_USER,
      admin_password: secret(model, "adminPassword"),
      secret_key: secret(model, "secretKey"),
      cookie_secure: model.host !== undefined,
      strict_transport_security: model.host !== undefined,
      disable_gravatar: true,
    },
    users: {
      allow_sign_up: false,
      allow_org_create: false,
      // Who is given nothing sees nothing.
      auto_assign_org_role: "None",
    },
    ...(oidc && { "auth.generic_oauth": genericOauth(model, oidc) }),
    // Cells evaluate the rules; each pod of Grafana would evaluate them once more.
    unified_alerting: { execute_alerts: false },
    // Its plugins are those of the image. Trying to update them takes them away where the root is
    // read-only (grafana#132528), and nothing leads out.
    plugins: {
      preinstall_disabled: true,
      preinstall_auto_update: false,
      public_key_retrieval_disabled: true,
      plugin_admin_enabled: false,
    },
    analytics: {
      reporting_enabled: false,
      check_for_updates: false,
      check_for_plugin_updates: false,
    },
    news: { news_feed_enabled: false },
    // The first page of whoever has chosen no other: a file, the same in each organisation.
    dashboards: { default_home_dashboard_path: homeFile(paths.provisioning) },
    snapshots: { external_enabled: false },
    metrics: { enabled: true },
    log: { mode: "console" },
    "log.console": { format: "json" },
  };
}

function server({ port, host, tls, paths }: GrafanaModel) {
  const certificate = {
    cert_file: `${paths.tls}/tls.crt`,
    cert_key: `${paths.tls}/tls.key`,
    min_tls_version: "TLS1.2",
  };
  return {
    http_port: port,
    protocol: tls ? "https" : "http",
    ...(host !== undefined && { domain: host, root_url: `https://${host}/` }),
    ...(tls && certificate),
  };
}

function postgres(
  model: GrafanaModel,
  { host, name, user, sslMode }: NonNullable<GrafanaModel["database"]>,
) {
  return {
    type: "postgres",
    host,
    name,
    user,
    password: secret(model, "databasePassword"),
    ssl_mode: sslMode,
  };
}

function genericOauth(model: GrafanaModel, oidc: OidcModel) {
  return {
    enabled: true,
    name: oidc.name,
    client_id: oidc.clientId,
    client_secret: secret(model, "clientSecret"),
    auth_url: oidc.authUrl,
    token_url: oidc.tokenUrl,
    api_url: oidc.userInfoUrl,
    scopes: oidc.scopes.join(" "),
    use_pkce: true,
    org_attribute_path: oidc.groupsPath,
    org_mapping: oidc.mappings
      .map(({ group, organisation, role }) => `${group}:${organisation}:${role}`)
      .join(" "),
    // Without it, who is in no group gets the role of new users in the operators' organisation.
    role_attribute_strict: true,
    allow_assign_grafana_admin: false,
  };
}

/** Grafana reads secrets from files, so that no ConfigMap and no environment contains them. */
function secret({ paths }: GrafanaModel, name: keyof typeof SECRET_FILES): string {
  return `$__file{${paths.secrets}/${SECRET_FILES[name]}}`;
}

/** INI as Grafana reads it. Values were checked for line breaks, quotes and comments. */
export function toIni(config: GrafanaConfig): string {
  return Object.entries(config)
    .map(([section, keys]) => {
      const lines = Object.entries(keys).map(([key, value]) => `${key} = ${value}`);
      return [`[${section}]`, ...lines, ""].join("\n");
    })
    .join("\n");
}
