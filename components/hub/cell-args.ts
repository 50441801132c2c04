/* eslint-disable @typescript-eslint/no-explicit-any -- other languages have no type for `unknown` */
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { SIGNALS, type Signal } from "../contract/names";
import { backendNames, backendsOf, optionsOf } from "../backends/registry";
import { BackendTopology } from "../backends/kit/architecture";
import type { MetricsProfile } from "../backends/kit/metrics/profiles";
import { described, listed, quantity, text, whole } from "../kit/fields";
import type { ComponentPodsArgs } from "../kit/pods";
import type { ObjectStoreConnection } from "../storage/connection";

/**
 * An existing Redis for the caches of one backend, such as ElastiCache, Memorystore, Azure Cache or
 * your own. It must be one server with its replicas, not a Redis cluster. Give each backend a
 * database of its own, also backends of other hubs with the same tenants: their keys do not tell
 * them apart.
 */
export interface HubRedisArgs {
  /** Host and port, e.g. `redis.example.com:6379`. */
  endpoint: string;
  /**
   * Whether to connect with TLS. The server's certificate must come from a public CA. Defaults to
   * true.
   */
  tls?: boolean;
  /** Number of the database, from 0. Defaults to 0. */
  database?: number;
  /** Secret: the password of the user `default`. Defaults to none. */
  password?: pulumi.Input<string>;
}

/** How a cell stores metrics. */
export interface HubMetricsArgs {
  /**
   * Backend that stores the metrics, by its name. With a backend that evaluates no rules, a
   * Prometheus beside it does. Some backends take no bucket with a prefix. The backend cannot change
   * while there is data. Defaults to the first of those that store metrics.
   */
  backend?: string;
  /** The bucket: output `connection` of an ObjectStoreBucket. */
  bucket: pulumi.Input<ObjectStoreConnection>;
  /** Storage class of the disks. Defaults to the cluster's default class. */
  storageClass?: pulumi.Input<string>;
  /**
   * Disk for the samples of the last day and the data that is not in the bucket yet, as a
   * Kubernetes quantity. With `microservices` it is the disk of each ingester, and can be raised
   * later. Defaults to `50Gi`.
   */
  diskSize?: pulumi.Input<string>;
  /**
   * `single`: one process, with one copy of the data that is not in the bucket yet; with a backend
   * that cannot run as one process, one pod of each microservice component. `microservices`: each
   * microservice component in pods of its own, with three copies. All data stays readable when you
   * change from `single` to `microservices`. Defaults to `single`.
   */
  topology?: BackendTopology;
  /**
   * Number and size of pods with `microservices`: `small`, `medium` or `large`. Defaults to the
   * smallest profile with enough room for the cell's series and edges.
   */
  profile?: MetricsProfile;
  /**
   * Number of pods by microservice component (`ingester`, `query-frontend`, ...), instead of the
   * profile's numbers. The size of each pod is adapted. Only with `microservices`. Defaults to
   * none.
   */
  replicas?: Record<string, number>;
  /**
   * Whether to cache results and blocks in memcached, which is then deployed. Only with
   * `microservices`. Defaults to false.
   */
  caches?: boolean;
  /**
   * Redis to cache results and blocks in, instead of memcached. Only with `microservices`, and with
   * a backend that has a client for it. Defaults to none.
   */
  redis?: HubRedisArgs;
  /**
   * Three zones of the cluster (values of the node label `topology.kubernetes.io/zone`). Each zone
   * gets one copy of the data. Defaults to one group of pods without zones.
   */
  zones?: string[];
  /**
   * Number of days for which samples are kept as they were scraped, at least 10. Samples of 5
   * minutes and of an hour are kept for the tenant's retention. Only with a backend that
   * downsamples. Defaults to the tenant's retention.
   */
  retentionDaysRaw?: number;
  /**
   * Number of days for which samples of 5 minutes are kept, at least `retentionDaysRaw`. Only with a
   * backend that downsamples. Defaults to the tenant's retention.
   */
  retentionDays5m?: number;
  /**
   * Settings of the backend that Heliograph has no argument for, in the backend's own format. They
   * are merged last into its configuration: maps by key, lists are appended. Keys that decide
   * rings, storage and authentication are rejected. With a backend that is configured by flags, all
   * of it is rejected. Defaults to none.
   */
  extraConfig?: Record<string, any>;
  /** Placement and resources of its pods, in addition to `pods` of the hub. Defaults to none. */
  pods?: ComponentPodsArgs;
}

/** How a cell stores logs. */
export interface HubLogsArgs {
  /**
   * Backend that stores the logs, by its name. It cannot change while there is data. Defaults to the
   * first of those that store logs.
   */
  backend?: string;
  /**
   * The bucket: output `connection` of an ObjectStoreBucket. It may be the bucket of the metrics or
   * traces only if each has a prefix.
   */
  bucket: pulumi.Input<ObjectStoreConnection>;
  /**
   * Day from which lines are stored with schema v13 (TSDB), e.g. `2026-01-31`: the day of the first
   * update, or an earlier day. Lines of the month before that day are accepted, too. The default
   * backend requires it, and it can never change: stored lines would not be found with another
   * schema.
   */
  schemaFrom?: string;
  /** Storage class of the disks. Defaults to the cluster's default class. */
  storageClass?: pulumi.Input<string>;
  /**
   * Disk for the data that is not in the bucket yet, as a Kubernetes quantity. With `microservices`
   * it is the disk of each ingester. Defaults to `20Gi`.
   */
  diskSize?: pulumi.Input<string>;
  /**
   * `single`: one process, with one copy of the data that is not in the bucket yet.
   * `microservices`: each microservice component in pods of its own, with three copies. Defaults to
   * `single`.
   */
  topology?: BackendTopology;
  /**
   * Number of pods by microservice component (`ingester`, `query-frontend`, ...), instead of the
   * numbers that are derived from `logBytesPerSecond` of the cell's edges. Only with
   * `microservices`. Defaults to none.
   */
  replicas?: Record<string, number>;
  /**
   * Whether to cache results and data from the bucket in memcached, which is then deployed. Only
   * with `microservices`. Defaults to false.
   */
  caches?: boolean;
  /** Redis to cache them in, instead of memcached. Only with `microservices`. Defaults to none. */
  redis?: HubRedisArgs;
  /**
   * Settings of the backend that Heliograph has no argument for, in the backend's own format. They
   * are merged last into its configuration: maps by key, lists are appended. Keys that decide
   * rings, storage and authentication are rejected. Defaults to none.
   */
  extraConfig?: Record<string, any>;
  /** Placement and resources of its pods, in addition to `pods` of the hub. Defaults to none. */
  pods?: ComponentPodsArgs;
}

/** How a cell stores traces. */
export interface HubTracesArgs {
  /**
   * Backend that stores the traces, by its name. It cannot change while there is data. Defaults to
   * the first of those that store traces.
   */
  backend?: string;
  /**
   * The bucket: output `connection` of an ObjectStoreBucket. It may be the bucket of the metrics or
   * logs only if each has a prefix.
   */
  bucket: pulumi.Input<ObjectStoreConnection>;
  /** Storage class of the disks. Defaults to the cluster's default class. */
  storageClass?: pulumi.Input<string>;
  /**
   * Disk for the data that is not in the bucket yet, as a Kubernetes quantity. With `microservices`
   * it is the disk of each ingester. Defaults to `20Gi`.
   */
  diskSize?: pulumi.Input<string>;
  /**
   * `single`: one process, with one copy of the data that is not in the bucket yet.
   * `microservices`: each microservice component in pods of its own, with three copies. Defaults to
   * `single`.
   */
  topology?: BackendTopology;
  /**
   * Number of pods by microservice component (`ingester`, `query-frontend`, ...), instead of the
   * numbers that are derived from `spansPerSecond` of the cell's edges. Only with `microservices`.
   * Defaults to none.
   */
  replicas?: Record<string, number>;
  /**
   * Whether the hub derives metrics from spans: service graph, rates and durations. It is allowed
   * only if every edge of the cell sends all of its traces, because edges that sample derive these
   * metrics themselves, before they sample. Defaults to false.
   */
  metricsGenerator?: boolean;
  /**
   * Settings of the backend that Heliograph has no argument for, in the backend's own format. They
   * are merged last into its configuration: maps by key, lists are appended. Keys that decide
   * rings, storage and authentication are rejected. Defaults to none.
   */
  extraConfig?: Record<string, any>;
  /** Placement and resources of its pods, in addition to `pods` of the hub. Defaults to none. */
  pods?: ComponentPodsArgs;
}

/** A cell: a complete set of backends and buckets in one region. */
export interface HubCellArgs {
  /** How the cell stores metrics. */
  metrics: HubMetricsArgs;
  /**
   * How the cell stores logs. Defaults to none: the gateway then rejects logs with 503, and clients
   * retry.
   */
  logs?: HubLogsArgs;
  /**
   * How the cell stores traces. Defaults to none: the gateway then rejects traces with 503, and
   * clients retry.
   */
  traces?: HubTracesArgs;
}

/** Words of a signal, in descriptions of its fields. */
const WORDS = {
  metrics: {
    unit: "sample",
    disk:
      "Disk of each pod that keeps samples. It holds the blocks of the last day, and the samples " +
      "that are not in the bucket yet.",
    diskExample: "100Gi",
    replicas: "the numbers of the profile",
  },
  logs: {
    unit: "line",
    disk: "Disk of each pod that keeps lines. It holds the lines that are not in the bucket yet.",
    diskExample: "50Gi",
    replicas: "numbers that are derived from logBytesPerSecond of the cell's edges",
  },
  traces: {
    unit: "span",
    disk: "Disk of each pod that keeps spans. It holds the spans that are not in the bucket yet.",
    diskExample: "50Gi",
    replicas: "numbers that are derived from spansPerSecond of the cell's edges",
  },
} as const satisfies Record<Signal, object>;

/**
 * Limits of the fields of a cell's section of one signal: those that every backend takes, then the
 * options of all of its backends. The bucket is not among them.
 */
function storeFields(signal: Signal) {
  const backends = backendsOf(signal);
  const [first, ...others] = backends;
  const { unit, disk, diskExample, replicas } = WORDS[signal];
  const title = others.length === 0 && first ? first.title : "the backend";
  const components = [...new Set(backends.flatMap((backend) => backend.components))];
  const names = backendNames(signal) as [string, ...string[]];
  return {
    backend: described(
      z.enum(names).default(names[0]),
      `Backend that stores the ${signal}. It cannot change while there is data.`,
      names.at(1) ?? names[0],
      listed(names),
    ),
    storageClass: text(
      `Storage class of ${title}'s disk. Defaults to the cluster's default class.`,
      "managed-csi-premium",
    ).optional(),
    diskSize: defaulted(
      quantity(disk, diskExample),
      backends.map(({ defaultDisk }) => defaultDisk),
    ),
    topology: described(
      z.enum(BackendTopology).default("single"),
      `How ${title} runs: single (one process) or microservices (each microservice component in ` +
        `pods of its own, with three copies of every ${unit})`,
      "microservices",
    ),
    replicas: described(
      z
        .strictObject(
          Object.fromEntries(
            components.map((component) => [
              component,
              whole(`Number of pods of the ${component}`, [1, 1000], 3).optional(),
            ]),
          ),
        )
        .default({}),
      "Number of pods by microservice component. Only with topology microservices. " +
        `Defaults to ${replicas}.`,
      { querier: 4 },
    ),
    ...optionsOf(signal),
  };
}

/** The default, if all backends have the same one. Otherwise each has its own. */
function defaulted(field: z.ZodString, defaults: readonly string[]) {
  const [first, ...others] = new Set(defaults);
  return first !== undefined && others.length === 0 ? field.default(first) : field.optional();
}

/** Limits of the fields of a cell, by signal. */
export const cellFields = Object.fromEntries(
  SIGNALS.map((signal) => [signal, storeFields(signal)]),
) as Readonly<Record<Signal, ReturnType<typeof storeFields>>>;
