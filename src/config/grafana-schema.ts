import { z } from "zod";
import {
  CALLED_URL,
  CALLED_URL_EXPECTED,
  described,
  GrafanaExposure,
  GrafanaSslMode,
  GROUP,
  GROUP_EXPECTED,
  INI_TEXT,
  INI_TEXT_EXPECTED,
  mapOf,
  name,
  quantity,
  text,
  whole,
} from "@heliograph/heliograph/model";

const plain = (what: string, example: string) =>
  described(z.string().regex(INI_TEXT), `${what}: ${INI_TEXT_EXPECTED}`, example);

const address = (what: string, example: string) =>
  described(
    z.string().regex(CALLED_URL).regex(INI_TEXT),
    `${what}: ${CALLED_URL_EXPECTED}`,
    example,
  );

const groups = (what: string, example: string) =>
  described(
    z.array(described(z.string().regex(GROUP), GROUP_EXPECTED, example)).default([]),
    `${what}: a list of groups`,
    [example],
  );

const database = described(
  z.strictObject({
    host: plain("Host and port of PostgreSQL", "postgres.example.com:5432"),
    name: plain("Name of the database", "grafana").default("grafana"),
    user: plain(
      "User of the database; its password is in `heliograph:secrets` `grafana.databasePassword`",
      "grafana",
    ).default("grafana"),
    sslMode: described(
      z.enum(GrafanaSslMode).default("verify-full"),
      "How the connection is protected: verify-full, require or disable",
      "require",
    ),
  }),
  "A PostgreSQL database, for more than one pod",
  { host: "postgres.example.com:5432" },
);

const oidc = described(
  z.strictObject({
    name: plain("What the log-in button says", "Contoso").default("OpenID Connect"),
    clientId: plain(
      "Client id; its secret is in `heliograph:secrets` `grafana.clientSecret`",
      "grafana",
    ),
    authUrl: address("Authorization endpoint", "https://login.example.com/authorize"),
    tokenUrl: address("Token endpoint", "https://login.example.com/token"),
    userInfoUrl: address("Userinfo endpoint", "https://login.example.com/userinfo"),
    scopes: described(
      z.array(plain("A scope", "groups")).default(["openid", "profile", "email"]),
      "Scopes that are asked for: a list",
      ["openid", "profile", "email", "groups"],
    ),
    groupsPath: plain(
      "Where a user's groups are in the token or userinfo, as a JMESPath",
      "groups",
    ).default("groups"),
    admins: groups(
      "Who sees every tenant and may change everything; `*` is everybody",
      "platform-admins",
    ),
    editors: groups(
      "Who sees every tenant, and may explore and make dashboards; `*` is everybody",
      "platform-engineers",
    ),
    viewers: groups("Who sees every tenant on dashboards; `*` is everybody", "management"),
  }),
  "Log-in by OpenID Connect; who is in none of the groups is not let in",
  {
    clientId: "grafana",
    authUrl: "https://login.example.com/authorize",
    tokenUrl: "https://login.example.com/token",
    userInfoUrl: "https://login.example.com/userinfo",
    admins: ["platform-admins"],
  },
);

const organisation = described(
  z.strictObject({
    tenants: described(
      z.array(name("A tenant, one of `tenants`", "customer-a-prd")).min(1),
      "Tenants of the customer: a list of at least one",
      ["customer-a-dev", "customer-a-prd"],
    ),
    editors: groups("Who may explore and make dashboards, with `oidc`", "customer-a-engineers"),
    viewers: groups("Who may look at dashboards, with `oidc`", "customer-a"),
  }),
  "A customer: people who see these tenants and nothing else",
  { tenants: ["customer-a-prd"] },
);

export const grafana = described(
  z.strictObject({
    replicas: whole(
      "Pods; more than one need `database`, 0 deploys everything but pods",
      [0, 20],
      2,
    ).default(1),
    host: plain(
      "Name under which browsers reach it, by HTTPS",
      "grafana.ops.example.com",
    ).optional(),
    exposure: described(
      z.enum(GrafanaExposure).default("ClusterIP"),
      "Who reaches it: ClusterIP (from inside the cluster), Ingress or LoadBalancer (both with `host` and `tlsSecret`)",
      "Ingress",
    ),
    tlsSecret: text(
      "Secret (kubernetes.io/tls) of the namespace heliograph-hub with the certificate for `host`",
      "grafana-tls",
    ).optional(),
    ingressClass: text(
      "Class of the Ingress; the cluster's default where left out",
      "nginx",
    ).optional(),
    annotations: described(
      z.record(z.string(), z.string()).default({}),
      "Annotations of the Ingress, or of the Service where there is none, as text to text",
      { "cert-manager.io/cluster-issuer": "letsencrypt" },
    ),
    storageClass: text(
      "Storage class of its disk; the cluster's default where left out",
      "managed-csi-premium",
    ).optional(),
    diskSize: quantity("Disk for users and dashboards, without `database`", "5Gi").default("5Gi"),
    database: database.optional(),
    oidc: oidc.optional(),
    organisations: described(
      mapOf(organisation).default({}),
      "Customers by name, each with an organisation of its own, the only thing that keeps data apart in open-source Grafana",
      { "customer-a": { tenants: ["customer-a-prd"] } },
    ),
  }),
  "Grafana, with data sources made from the inventory",
  { host: "grafana.ops.example.com", exposure: "Ingress", tlsSecret: "grafana-tls" },
);

const secret = (what: string) => text(what, "...").optional();

/** The part of the secret section that is Grafana's. */
export const grafanaSecrets = described(
  z.strictObject({
    adminPassword: secret(
      "Password of the user admin, from the first start on; generated where left out",
    ),
    databasePassword: secret("Password of the database's user"),
    clientSecret: secret("Secret of the client at the identity provider"),
  }),
  "Passwords of Grafana",
  { clientSecret: "..." },
);

export type GrafanaSection = z.output<typeof grafana>;
export type GrafanaSecrets = z.output<typeof grafanaSecrets>;
