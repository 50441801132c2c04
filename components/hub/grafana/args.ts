import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { described, mapOf, name, quantity, text, whole } from "../../kit/fields";
import type { ComponentPodsArgs } from "../../kit/pods";
import { CALLED_URL, CALLED_URL_EXPECTED } from "../../kit/urls";

/** Who reaches Grafana. */
export const GrafanaExposure = {
  ClusterIP: "ClusterIP",
  Ingress: "Ingress",
  LoadBalancer: "LoadBalancer",
} as const;
export type GrafanaExposure = (typeof GrafanaExposure)[keyof typeof GrafanaExposure];

/** How Grafana's connection to PostgreSQL is protected. */
export const GrafanaSslMode = {
  "verify-full": "verify-full",
  require: "require",
  disable: "disable",
} as const;
export type GrafanaSslMode = (typeof GrafanaSslMode)[keyof typeof GrafanaSslMode];

/** A PostgreSQL database that is there. Needed for more than one pod. */
export interface HubGrafanaDatabaseArgs {
  /** Host and port, e.g. `postgres.example.com:5432`. */
  host: pulumi.Input<string>;
  /** Name of the database. Defaults to `grafana`. */
  name?: pulumi.Input<string>;
  /** Its user. Defaults to `grafana`. */
  user?: pulumi.Input<string>;
  /** Secret: its password. */
  password: pulumi.Input<string>;
  /** How the connection is protected, by the CAs that the image trusts. Defaults to `verify-full`. */
  sslMode?: pulumi.Input<GrafanaSslMode>;
}

/** Log-in by OpenID Connect. Whoever is in none of the groups is not let in. */
export interface HubGrafanaOidcArgs {
  /** Text of the button. Defaults to `OpenID Connect`. */
  name?: pulumi.Input<string>;
  /**
   * Client id at the identity provider. Its redirect address is
   * `https://<host>/login/generic_oauth`.
   */
  clientId: pulumi.Input<string>;
  /** Secret: the client's secret. */
  clientSecret: pulumi.Input<string>;
  /** The provider's authorization endpoint. */
  authUrl: pulumi.Input<string>;
  /** The provider's token endpoint. */
  tokenUrl: pulumi.Input<string>;
  /** The provider's userinfo endpoint. */
  userInfoUrl: pulumi.Input<string>;
  /** Scopes that are asked for. Defaults to `openid`, `profile` and `email`. */
  scopes?: pulumi.Input<string>[];
  /**
   * Where a user's groups are in the token or in the answer of the userinfo endpoint, as a JMESPath.
   * Defaults to `groups`.
   */
  groupsPath?: pulumi.Input<string>;
  /**
   * Groups whose members see every tenant and administrate; `*` for everybody. Admins may add data
   * sources, and so read whatever Grafana reaches. Defaults to none.
   */
  admins?: pulumi.Input<string>[];
  /** Groups whose members see every tenant and make dashboards. Defaults to none. */
  editors?: pulumi.Input<string>[];
  /** Groups whose members see every tenant. Defaults to none. */
  viewers?: pulumi.Input<string>[];
}

/**
 * A customer: people who see these tenants and nothing else. The key in `organisations` is the name
 * of the organisation in Grafana.
 */
export interface HubGrafanaOrganisationArgs {
  /** Tenants, keys of the hub's `tenants`. A tenant is in one organisation only. */
  tenants: string[];
  /**
   * Groups whose members may explore and make dashboards. Only with `oidc`. Defaults to none.
   */
  editors?: pulumi.Input<string>[];
  /** Groups whose members may look at dashboards. Only with `oidc`. Defaults to none. */
  viewers?: pulumi.Input<string>[];
}

/** Grafana beside the backends, with data sources made from the inventory. */
export interface HubGrafanaArgs {
  /** Pods; more than one need `database`, 0 deploys everything but pods. Defaults to 1. */
  replicas?: number;
  /**
   * Name under which browsers reach it, by HTTPS. Needed for everything but `ClusterIP` without
   * `oidc`.
   */
  host?: pulumi.Input<string>;
  /**
   * `ClusterIP`: from inside the cluster, or by `kubectl port-forward`. `Ingress`: through the
   * cluster's Ingress controller. `LoadBalancer`: through one of its own, where Grafana speaks TLS
   * itself. Defaults to `ClusterIP`.
   */
  exposure?: GrafanaExposure;
  /**
   * Secret (`kubernetes.io/tls`) of the hub's namespace with the certificate for `host`. Needed with
   * `Ingress` and `LoadBalancer`.
   */
  tlsSecret?: pulumi.Input<string>;
  /** Class of the Ingress. Only with `Ingress`. Defaults to the cluster's default class. */
  ingressClass?: pulumi.Input<string>;
  /** Annotations of the Ingress, or of the Service where there is none. Defaults to none. */
  annotations?: Record<string, pulumi.Input<string>>;
  /**
   * Storage class of the disk for users and dashboards. Not with `database`. Defaults to the
   * cluster's default class.
   */
  storageClass?: pulumi.Input<string>;
  /** That disk, as a Kubernetes quantity. Not with `database`. Defaults to `5Gi`. */
  diskSize?: pulumi.Input<string>;
  /**
   * Secret: password of the user `admin`, from the first start on; changed later in Grafana.
   * Defaults to one that is generated once.
   */
  adminPassword?: pulumi.Input<string>;
  /** Defaults to sqlite on a disk, for one pod. */
  database?: HubGrafanaDatabaseArgs;
  /** Defaults to users that are made in Grafana. */
  oidc?: HubGrafanaOidcArgs;
  /**
   * Customers by name, each with an organisation of its own: the only thing that keeps data apart in
   * open-source Grafana. Defaults to none.
   */
  organisations?: Record<string, HubGrafanaOrganisationArgs>;
  /** Placement and resources of its pods, beside what `pods` of the hub says. */
  pods?: ComponentPodsArgs;
}

/** A text that ends up in Grafana's configuration file, where some characters begin comments or quote. */
export const INI_TEXT = /^[^\s;#"'`$](?:[^\n\r;#"'`$]*[^\s;#"'`$])?$/;
export const INI_TEXT_EXPECTED = "a text without quotes, `;`, `#`, `$` or line breaks";

/** What Grafana's list of groups and roles separates by. */
export const GROUP = /^[^\s,:;#"'`$\\[\]]+$/;
export const GROUP_EXPECTED =
  "a group as the identity provider names it, without spaces, commas, colons or quotes";

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

/** Limits of the fields of the database, without its password. */
export const grafanaDatabaseFields = {
  host: plain("Host and port of PostgreSQL", "postgres.example.com:5432"),
  name: plain("Name of the database", "grafana").default("grafana"),
  user: plain("User of the database", "grafana").default("grafana"),
  sslMode: described(
    z.enum(GrafanaSslMode).default("verify-full"),
    "How the connection is protected: verify-full, require or disable",
    "require",
  ),
};

/** Limits of the fields of the log-in, without the client's secret. */
export const grafanaOidcFields = {
  name: plain("What the log-in button says", "Contoso").default("OpenID Connect"),
  clientId: plain("Client id", "grafana"),
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
};

/** Limits of the fields of an organisation. */
export const grafanaOrganisationFields = {
  tenants: described(
    z.array(name("A tenant, one of `tenants`", "customer-a-prd")).min(1),
    "Tenants of the customer: a list of at least one",
    ["customer-a-dev", "customer-a-prd"],
  ),
  editors: groups("Who may explore and make dashboards, with `oidc`", "customer-a-engineers"),
  viewers: groups("Who may look at dashboards, with `oidc`", "customer-a"),
};

export const grafanaOrganisation = described(
  z.strictObject(grafanaOrganisationFields),
  "A customer: people who see these tenants and nothing else",
  { tenants: ["customer-a-prd"] },
);

/** Limits of the fields of Grafana, without `database` and `oidc`, which have secrets. */
export const grafanaFields = {
  replicas: whole(
    "Pods; more than one need `database`, 0 deploys everything but pods",
    [0, 20],
    2,
  ).default(1),
  host: plain("Name under which browsers reach it, by HTTPS", "grafana.ops.example.com").optional(),
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
  organisations: described(
    mapOf(grafanaOrganisation).default({}),
    "Customers by name, each with an organisation of its own, the only thing that keeps data apart in open-source Grafana",
    { "customer-a": { tenants: ["customer-a-prd"] } },
  ),
};
