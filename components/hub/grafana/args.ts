import type * as pulumi from "@pulumi/pulumi";

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
  host: string;
  /** Name of the database. Defaults to `grafana`. */
  name?: string;
  /** Defaults to `grafana`. */
  user?: string;
  /** Secret: its password. */
  password: pulumi.Input<string>;
  /** `verify-full`, `require` or `disable`. Defaults to `verify-full`, by the CAs that the image trusts. */
  sslMode?: GrafanaSslMode;
}

/** Log-in by OpenID Connect. Who is in none of the groups is not let in. */
export interface HubGrafanaOidcArgs {
  /** What the button says. Defaults to `OpenID Connect`. */
  name?: string;
  /** Client id at the identity provider. Its redirect address is `https://<host>/login/generic_oauth`. */
  clientId: string;
  /** Secret: the client's secret. */
  clientSecret: pulumi.Input<string>;
  /** The provider's addresses: authorization, token and userinfo endpoint. */
  authUrl: string;
  tokenUrl: string;
  userInfoUrl: string;
  /** Defaults to `openid`, `profile` and `email`. */
  scopes?: string[];
  /** Where a user's groups are in the token or in what the userinfo endpoint says, as a JMESPath. Defaults to `groups`. */
  groupsPath?: string;
  /** Groups whose members see every tenant; `*` for everybody. Admins may add data sources, and so read whatever Grafana reaches. Default to none. */
  admins?: string[];
  editors?: string[];
  viewers?: string[];
}

/** A customer: people who see these tenants and nothing else. The key in `organisations` is the name of the organisation in Grafana. */
export interface HubGrafanaOrganisationArgs {
  /** Tenants, keys of the hub's `tenants`. A tenant is in one organisation only. */
  tenants: string[];
  /** Groups whose members may explore and make dashboards. Only with `oidc`. Default to none. */
  editors?: string[];
  /** Groups whose members may look at dashboards. Only with `oidc`. Default to none. */
  viewers?: string[];
}

/** Grafana beside the backends, with data sources made from the inventory. */
export interface HubGrafanaArgs {
  /** Pods; more than one need `database`, 0 deploys everything but pods. Defaults to 1. */
  replicas?: number;
  /** Name under which browsers reach it, by HTTPS. Needed for everything but `ClusterIP` without `oidc`. */
  host?: string;
  /**
   * `ClusterIP`: from inside the cluster, or by `kubectl port-forward`. `Ingress`: through the cluster's Ingress controller. `LoadBalancer`: through one of
   * its own, where Grafana speaks TLS itself. Defaults to `ClusterIP`.
   */
  exposure?: GrafanaExposure;
  /** Secret (`kubernetes.io/tls`) of the hub's namespace with the certificate for `host`. Needed with `Ingress` and `LoadBalancer`. */
  tlsSecret?: string;
  /** Class of the Ingress. Only with `Ingress`. Defaults to the cluster's default class. */
  ingressClass?: string;
  /** Annotations of the Ingress, or of the Service where there is none. Defaults to none. */
  annotations?: Record<string, string>;
  /** Storage class of the disk for users and dashboards. Not with `database`. Defaults to the cluster's default class. */
  storageClass?: string;
  /** That disk, as a Kubernetes quantity. Not with `database`. Defaults to `5Gi`. */
  diskSize?: string;
  /** Secret: password of the user `admin`, from the first start on; changed later in Grafana. Defaults to one that is generated once. */
  adminPassword?: pulumi.Input<string>;
  /** Defaults to sqlite on a disk, for one pod. */
  database?: HubGrafanaDatabaseArgs;
  /** Defaults to users that are made in Grafana. */
  oidc?: HubGrafanaOidcArgs;
  /** Customers by name, each with an organisation of its own: the only thing that keeps data apart in open-source Grafana. Defaults to none. */
  organisations?: Record<string, HubGrafanaOrganisationArgs>;
}
