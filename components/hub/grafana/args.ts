import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { described, mapOf, name, quantity, text, whole } from "../../kit/fields";
import type { ComponentPodsArgs } from "../../kit/pods";
import { CALLED_URL, CALLED_URL_EXPECTED } from "../../kit/urls";

/** How Grafana can be reached. */
export const GrafanaExposure = {
  /** From inside the cluster, or with `kubectl port-forward`. */
  ClusterIP: "ClusterIP",
  /** Through the cluster's Ingress controller. */
  Ingress: "Ingress",
  /** Through a load balancer of its own. Grafana itself serves TLS. */
  LoadBalancer: "LoadBalancer",
} as const;
export type GrafanaExposure = (typeof GrafanaExposure)[keyof typeof GrafanaExposure];

/** How Grafana's connection to PostgreSQL is protected. */
export const GrafanaSslMode = {
  /** With TLS. The server's certificate and host name are verified. */
  "verify-full": "verify-full",
  /** With TLS, without verification of the certificate. */
  require: "require",
  /** Without TLS. */
  disable: "disable",
} as const;
export type GrafanaSslMode = (typeof GrafanaSslMode)[keyof typeof GrafanaSslMode];

/** An existing PostgreSQL database for Grafana. It is required for more than one pod. */
export interface HubGrafanaDatabaseArgs {
  /** Host and port, e.g. `postgres.example.com:5432`. */
  host: pulumi.Input<string>;
  /** Name of the database. Defaults to `grafana`. */
  name?: pulumi.Input<string>;
  /** User of the database. Defaults to `grafana`. */
  user?: pulumi.Input<string>;
  /** Secret: the password of the user. */
  password: pulumi.Input<string>;
  /**
   * How the connection is protected, with the CAs that the image trusts. Defaults to `verify-full`.
   */
  sslMode?: pulumi.Input<GrafanaSslMode>;
}

/** Log-in with OpenID Connect. Users who are in none of the groups cannot log in. */
export interface HubGrafanaOidcArgs {
  /** Text of the log-in button. Defaults to `OpenID Connect`. */
  name?: pulumi.Input<string>;
  /**
   * Client id at the identity provider. Register `https://<host>/login/generic_oauth` there as
   * redirect address.
   */
  clientId: pulumi.Input<string>;
  /** Secret: the client secret. */
  clientSecret: pulumi.Input<string>;
  /** URL of the provider's authorization endpoint. */
  authUrl: pulumi.Input<string>;
  /** URL of the provider's token endpoint. */
  tokenUrl: pulumi.Input<string>;
  /** URL of the provider's userinfo endpoint. */
  userInfoUrl: pulumi.Input<string>;
  /** Scopes to request. Defaults to `openid`, `profile` and `email`. */
  scopes?: pulumi.Input<string>[];
  /**
   * JMESPath of the user's groups in the token or in the answer of the userinfo endpoint. Defaults
   * to `groups`.
   */
  groupsPath?: pulumi.Input<string>;
  /**
   * Groups whose members see every tenant and administrate Grafana; `*` means everybody. Admins may
   * add data sources, and so can read everything that Grafana can reach. Defaults to none.
   */
  admins?: pulumi.Input<string>[];
  /**
   * Groups whose members see every tenant and may create dashboards; `*` means everybody. Defaults
   * to none.
   */
  editors?: pulumi.Input<string>[];
  /** Groups whose members see every tenant; `*` means everybody. Defaults to none. */
  viewers?: pulumi.Input<string>[];
}

/**
 * A customer: people who see the tenants of this organisation and nothing else. The key in
 * `organisations` is the name of the organisation in Grafana.
 */
export interface HubGrafanaOrganisationArgs {
  /**
   * Tenants of the customer, keys of the hub's `tenants`. A tenant can be in one organisation only.
   */
  tenants: string[];
  /**
   * Groups whose members may explore data and create dashboards. Only with `oidc`. Defaults to
   * none.
   */
  editors?: pulumi.Input<string>[];
  /** Groups whose members may look at dashboards. Only with `oidc`. Defaults to none. */
  viewers?: pulumi.Input<string>[];
}

/** Grafana beside the backends, with data sources that are generated from the inventory. */
export interface HubGrafanaArgs {
  /**
   * Number of pods, 0 to 20. More than one needs `database`. 0 deploys everything but the pods.
   * Defaults to 1.
   */
  replicas?: number;
  /**
   * DNS name at which browsers reach Grafana over HTTPS. Required with `Ingress`, `LoadBalancer` or
   * `oidc`.
   */
  host?: pulumi.Input<string>;
  /** How Grafana can be reached. Defaults to `ClusterIP`. */
  exposure?: GrafanaExposure;
  /**
   * Name of a Secret (`kubernetes.io/tls`) in the hub's namespace with the certificate for `host`.
   * Required with `Ingress` and `LoadBalancer`.
   */
  tlsSecret?: pulumi.Input<string>;
  /** Class of the Ingress. Only with `Ingress`. Defaults to the cluster's default class. */
  ingressClass?: pulumi.Input<string>;
  /** Annotations of the Ingress, or of the Service if there is no Ingress. Defaults to none. */
  annotations?: Record<string, pulumi.Input<string>>;
  /**
   * Storage class of the disk for users and dashboards. Not with `database`. Defaults to the
   * cluster's default class.
   */
  storageClass?: pulumi.Input<string>;
  /**
   * Disk for users and dashboards, as a Kubernetes quantity. Not with `database`. Defaults to
   * `5Gi`.
   */
  diskSize?: pulumi.Input<string>;
  /**
   * Secret: the password of the user `admin`. Grafana reads it at its first start only; later you
   * change it in Grafana. Defaults to a password that is generated once.
   */
  adminPassword?: pulumi.Input<string>;
  /**
   * A PostgreSQL database for users and dashboards. Defaults to SQLite on a disk, which allows one
   * pod only.
   */
  database?: HubGrafanaDatabaseArgs;
  /** Log-in with OpenID Connect. Defaults to users that `admin` creates in Grafana. */
  oidc?: HubGrafanaOidcArgs;
  /**
   * Customers by name. Each gets an organisation of its own, because in open-source Grafana only
   * organisations keep data apart. Defaults to none.
   */
  organisations?: Record<string, HubGrafanaOrganisationArgs>;
  /** Placement and resources of its pods, in addition to `pods` of the hub. Defaults to none. */
  pods?: ComponentPodsArgs;
}

/**
 * A text that ends up in Grafana's configuration file, where some characters start comments or
 * quote.
 */
const INI_TEXT = /^[^\s;#"'`$](?:[^\n\r;#"'`$]*[^\s;#"'`$])?$/;
const INI_TEXT_EXPECTED = "a text without quotes, `;`, `#`, `$` or line breaks";

/** What Grafana's list of groups and roles separates by. */
const GROUP = /^[^\s,:;#"'`$\\[\]]+$/;
const GROUP_EXPECTED =
  "a group as the identity provider names it, without spaces, commas, colons or quotes";

const plain = (what: string, example: string) =>
  described(z.string().regex(INI_TEXT), what, example, INI_TEXT_EXPECTED);

const address = (what: string, example: string) =>
  described(z.string().regex(CALLED_URL).regex(INI_TEXT), what, example, CALLED_URL_EXPECTED);

const groups = (what: string, example: string) =>
  described(
    z.array(described(z.string().regex(GROUP), GROUP_EXPECTED, example)).default([]),
    what,
    [example],
    "a list of groups",
  );

/** Limits of the fields of the database, without its password. */
export const grafanaDatabaseFields = {
  host: plain("Host and port of PostgreSQL", "postgres.example.com:5432"),
  name: plain("Name of the database", "grafana").default("grafana"),
  user: plain("User of the database", "grafana").default("grafana"),
  sslMode: described(
    z.enum(GrafanaSslMode).default("verify-full"),
    "How the connection is protected: verify-full (TLS, with the server's certificate and host " +
      "name verified), require (TLS without verification) or disable (no TLS)",
    "require",
  ),
};

/** Limits of the fields of the log-in, without the client's secret. */
export const grafanaOidcFields = {
  name: plain("Text of the log-in button", "Contoso").default("OpenID Connect"),
  clientId: plain("Client id at the identity provider", "grafana"),
  authUrl: address(
    "URL of the provider's authorization endpoint",
    "https://login.example.com/authorize",
  ),
  tokenUrl: address("URL of the provider's token endpoint", "https://login.example.com/token"),
  userInfoUrl: address(
    "URL of the provider's userinfo endpoint",
    "https://login.example.com/userinfo",
  ),
  scopes: described(
    z.array(plain("A scope", "groups")).default(["openid", "profile", "email"]),
    "Scopes to request",
    ["openid", "profile", "email", "groups"],
    "a list",
  ),
  groupsPath: plain(
    "JMESPath of the user's groups in the token or in the answer of the userinfo endpoint",
    "groups",
  ).default("groups"),
  admins: groups(
    "Groups whose members see every tenant and administrate Grafana. `*` means everybody.",
    "platform-admins",
  ),
  editors: groups(
    "Groups whose members see every tenant, and may explore data and create dashboards. " +
      "`*` means everybody.",
    "platform-engineers",
  ),
  viewers: groups(
    "Groups whose members see every tenant on dashboards. `*` means everybody.",
    "management",
  ),
};

/** Limits of the fields of an organisation. */
const grafanaOrganisationFields = {
  tenants: described(
    z.array(name("A tenant, one of `tenants`", "customer-a-prd")).min(1),
    "Tenants of the customer. A tenant can be in one organisation only.",
    ["customer-a-dev", "customer-a-prd"],
    "a list of at least one",
  ),
  editors: groups(
    "Groups whose members may explore data and create dashboards. Only with `oidc`.",
    "customer-a-engineers",
  ),
  viewers: groups("Groups whose members may look at dashboards. Only with `oidc`.", "customer-a"),
};

const grafanaOrganisation = described(
  z.strictObject(grafanaOrganisationFields),
  "A customer: people who see these tenants and nothing else",
  { tenants: ["customer-a-prd"] },
);

/** Limits of the fields of Grafana, without `database` and `oidc`, which have secrets. */
export const grafanaFields = {
  replicas: whole(
    "Number of pods. More than one need `database`. 0 deploys everything but the pods.",
    [0, 20],
    2,
  ).default(1),
  host: plain(
    "DNS name at which browsers reach Grafana over HTTPS",
    "grafana.ops.example.com",
  ).optional(),
  exposure: described(
    z.enum(GrafanaExposure).default("ClusterIP"),
    "How Grafana can be reached: ClusterIP (from inside the cluster), Ingress or LoadBalancer " +
      "(both need `host` and `tlsSecret`)",
    "Ingress",
  ),
  tlsSecret: text(
    "Name of a Secret (kubernetes.io/tls) in the namespace heliograph-hub, with the certificate " +
      "for `host`",
    "grafana-tls",
  ).optional(),
  ingressClass: text(
    "Class of the Ingress. Defaults to the cluster's default class.",
    "nginx",
  ).optional(),
  annotations: described(
    z.record(z.string(), z.string()).default({}),
    "Annotations of the Ingress, or of the Service if there is no Ingress",
    { "cert-manager.io/cluster-issuer": "letsencrypt" },
    "a map of text to text",
  ),
  storageClass: text(
    "Storage class of Grafana's disk. Defaults to the cluster's default class.",
    "managed-csi-premium",
  ).optional(),
  diskSize: quantity("Disk for users and dashboards. Not with `database`.", "5Gi").default("5Gi"),
  organisations: described(
    mapOf(grafanaOrganisation).default({}),
    "Customers by name. Each gets an organisation of its own, because in open-source Grafana only " +
      "organisations keep data apart.",
    { "customer-a": { tenants: ["customer-a-prd"] } },
  ),
};
