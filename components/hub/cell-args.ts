/* eslint-disable @typescript-eslint/no-explicit-any -- other languages have no type for `unknown` */
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { SIGNALS, type Signal } from "../contract/names";
import { backendNames, backendsOf, optionsOf, type MetricsBackend } from "../backends/registry";
import { BackendTopology } from "../backends/kit/architecture";
import type { MetricsProfile } from "../backends/kit/metrics/profiles";
import { described, quantity, text, whole } from "../kit/fields";
import type { ComponentPodsArgs } from "../kit/pods";
import type { ObjectStoreConnection } from "../storage/connection";

/**
 * A Redis that is there: ElastiCache, Memorystore, Azure Cache, one of your own; not a cluster of
 * several. No two backends share a database of it. Any hub with the same tenants needs another, too.
 */
export interface HubRedisArgs {
  /** Host and port, e.g. `redis.example.com:6379`. */
  endpoint: string;
  /** Whether it is connected to by TLS, with a certificate of a public CA. Defaults to true. */
  tls?: boolean;
  /** Number of the database, from 0. Defaults to 0. */
  database?: number;
  /** Secret: the password of its user `default`. Defaults to none. */
  password?: pulumi.Input<string>;
}

/** Where the metrics of a cell are stored, and by how many processes. */
export interface HubMetricsArgs {
  /**
   * Which backend stores them: `mimir`, `cortex` or `thanos`. With Cortex, rules are evaluated by a
   * Prometheus beside it, and the bucket has no prefix. It never changes while there is data.
   * Defaults to `mimir`.
   */
  backend?: MetricsBackend;
  /** The bucket: output `connection` of an ObjectStoreBucket. */
  bucket: pulumi.Input<ObjectStoreConnection>;
  /** Storage class of the disks. Defaults to the cluster's default class. */
  storageClass?: pulumi.Input<string>;
  /**
   * Disk for the samples of the last day and whatever is not in the bucket yet, as a Kubernetes
   * quantity; with `microservices`, of each ingester, where it can be raised later. Defaults to
   * `50Gi`.
   */
  diskSize?: pulumi.Input<string>;
  /**
   * `single`: one process (of Thanos, one of each part), with one copy of what is not in the bucket
   * yet. `microservices`: each part of it in pods of its own, with three copies. Everything stays
   * readable when `single` becomes `microservices`. Defaults to `single`.
   */
  topology?: BackendTopology;
  /**
   * Number and size of pods with `microservices`: `small`, `medium` or `large`. Defaults to the
   * smallest with room for the cell's series and edges.
   */
  profile?: MetricsProfile;
  /**
   * Pods by microservice component (`ingester`, `query-frontend`, ...), instead of the profile's;
   * their sizes follow. Defaults to none.
   */
  replicas?: Record<string, number>;
  /**
   * Whether queries and blocks are cached in memcached, which is made for it. Only with
   * `microservices`. Defaults to false.
   */
  caches?: boolean;
  /**
   * Redis in which they are cached, instead of memcached. Only with `microservices`, and not with
   * `mimir`. Defaults to none.
   */
  redis?: HubRedisArgs;
  /**
   * Three zones of the cluster (label `topology.kubernetes.io/zone`), each of which gets one copy of
   * everything. Defaults to one group of pods.
   */
  zones?: string[];
  /**
   * Days for which samples are kept as they came, from 10; older ones are kept as of 5 minutes and of
   * an hour, for as long as their tenant's retention says. Only with `thanos`. Defaults to the
   * retention.
   */
  retentionDaysRaw?: number;
  /**
   * Days for which samples of 5 minutes are kept, from `retentionDaysRaw`. Only with `thanos`.
   * Defaults to the retention.
   */
  retentionDays5m?: number;
  /**
   * Settings in the backend's own words, merged last into its configuration: maps by key, lists
   * appended. Keys that decide rings, storage and authentication are rejected, and so is all of it
   * with `thanos`, which has flags instead. Defaults to none.
   */
  extraConfig?: Record<string, any>;
  /** Placement and resources of its pods, beside what `pods` of the hub says. */
  pods?: ComponentPodsArgs;
}

/** Where the log lines of a cell are stored, and by how many processes. */
export interface HubLogsArgs {
  /** Which backend stores them: `loki`. It never changes while there is data. Defaults to `loki`. */
  backend?: string;
  /**
   * The bucket: output `connection` of an ObjectStoreBucket. Not that of the metrics or traces,
   * unless each has a prefix.
   */
  bucket: pulumi.Input<ObjectStoreConnection>;
  /**
   * Day from which lines are stored, by schema v13 (TSDB), as `2026-01-31`: that of the first update,
   * or one before; lines of the month before it are taken, too. Loki needs it, and it never changes:
   * Loki would not find by another schema what it has stored by this one.
   */
  schemaFrom?: string;
  /** Storage class of the disks. Defaults to the cluster's default class. */
  storageClass?: pulumi.Input<string>;
  /**
   * Disk for what is not in the bucket yet, as a Kubernetes quantity; with `microservices`, of each
   * ingester. Defaults to `20Gi`.
   */
  diskSize?: pulumi.Input<string>;
  /**
   * `single`: one process, with one copy of what is not in the bucket yet. `microservices`: each part
   * of it in pods of its own, with three copies. Defaults to `single`.
   */
  topology?: BackendTopology;
  /**
   * Pods by microservice component (`ingester`, `query-frontend`, ...), instead of what follows from
   * the rates of the cell's edges. Only with `microservices`. Defaults to none.
   */
  replicas?: Record<string, number>;
  /**
   * Whether results and what is read of the bucket are cached in memcached, which is made for it.
   * Only with `microservices`. Defaults to false.
   */
  caches?: boolean;
  /** Redis in which they are cached, instead of memcached. Only with `microservices`. Defaults to none. */
  redis?: HubRedisArgs;
  /**
   * Settings in the backend's own words, merged last into its configuration: maps by key, lists
   * appended. Keys that decide rings, storage and authentication are rejected. Defaults to none.
   */
  extraConfig?: Record<string, any>;
  /** Placement and resources of its pods, beside what `pods` of the hub says. */
  pods?: ComponentPodsArgs;
}

/** Where the traces of a cell are stored, and by how many processes. */
export interface HubTracesArgs {
  /** Which backend stores them: `tempo`. It never changes while there is data. Defaults to `tempo`. */
  backend?: string;
  /**
   * The bucket: output `connection` of an ObjectStoreBucket. Not that of the metrics or logs, unless
   * each has a prefix.
   */
  bucket: pulumi.Input<ObjectStoreConnection>;
  /** Storage class of the disks. Defaults to the cluster's default class. */
  storageClass?: pulumi.Input<string>;
  /**
   * Disk for what is not in the bucket yet, as a Kubernetes quantity; with `microservices`, of each
   * ingester. Defaults to `20Gi`.
   */
  diskSize?: pulumi.Input<string>;
  /**
   * `single`: one process, with one copy of what is not in the bucket yet. `microservices`: each part
   * of it in pods of its own, with three copies. Defaults to `single`.
   */
  topology?: BackendTopology;
  /**
   * Pods by microservice component (`ingester`, `query-frontend`, ...), instead of what follows from
   * the rates of the cell's edges. Only with `microservices`. Defaults to none.
   */
  replicas?: Record<string, number>;
  /**
   * Whether metrics (service graph, rates and durations) are made of the spans here. Only where every
   * edge of the cell sends all of its traces: edges that sample make these metrics before they do.
   * Defaults to false.
   */
  metricsGenerator?: boolean;
  /**
   * Settings in the backend's own words, merged last into its configuration: maps by key, lists
   * appended. Keys that decide rings, storage and authentication are rejected. Defaults to none.
   */
  extraConfig?: Record<string, any>;
  /** Placement and resources of its pods, beside what `pods` of the hub says. */
  pods?: ComponentPodsArgs;
}

/** A complete set of backends and buckets in one region. */
export interface HubCellArgs {
  /** Where its metrics are stored. */
  metrics: HubMetricsArgs;
  /**
   * Where its log lines are stored. Defaults to nowhere: the gateway then refuses them with 503,
   * which clients retry.
   */
  logs?: HubLogsArgs;
  /** Where its traces are stored. Defaults to nowhere, as for logs. */
  traces?: HubTracesArgs;
}

/** Words of a signal, in descriptions of its fields. */
const WORDS = {
  metrics: {
    unit: "sample",
    disk: "Disk for the blocks of the last day and what is not uploaded yet, of each pod that keeps samples",
    diskExample: "100Gi",
    replicas: "the profile's",
  },
  logs: {
    unit: "line",
    disk: "Disk for what is not uploaded yet, of each pod that keeps lines",
    diskExample: "50Gi",
    replicas: "those that follow from logBytesPerSecond",
  },
  traces: {
    unit: "span",
    disk: "Disk for what is not uploaded yet, of each pod that keeps spans",
    diskExample: "50Gi",
    replicas: "those that follow from spansPerSecond",
  },
} as const satisfies Record<Signal, object>;

/**
 * Limits of the fields of a cell's section of one signal: those that every backend takes, then the
 * options of all of its backends. The bucket is not among them.
 */
export function storeFields(signal: Signal) {
  const backends = backendsOf(signal);
  const [first, ...others] = backends;
  const { unit, disk, diskExample, replicas } = WORDS[signal];
  const title = others.length === 0 && first ? first.title : "the backend";
  const components = [...new Set(backends.flatMap((backend) => backend.components))];
  const names = backendNames(signal) as [string, ...string[]];
  return {
    backend: described(
      z.enum(names).default(names[0]),
      `Which program stores them: ${listed(names)}; never changed`,
      names.at(1) ?? names[0],
    ),
    storageClass: text(
      `Storage class of ${title}'s disk; the cluster's default where left out`,
      "managed-csi-premium",
    ).optional(),
    diskSize: quantity(disk, diskExample).default(first?.defaultDisk ?? "20Gi"),
    topology: described(
      z.enum(BackendTopology).default("single"),
      `How ${title} runs: single (one process) or microservices (each part in pods of its own, three copies of every ${unit})`,
      "microservices",
    ),
    replicas: described(
      z
        .strictObject(
          Object.fromEntries(
            components.map((component) => [
              component,
              whole(`Pods of the ${component}`, [1, 1000], 3).optional(),
            ]),
          ),
        )
        .default({}),
      `Pods by component, instead of ${replicas}, with topology microservices`,
      { querier: 4 },
    ),
    ...optionsOf(signal),
  };
}

/** `a, b or c`. */
function listed(names: readonly string[]): string {
  return names.length === 1
    ? String(names[0])
    : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

/** Limits of the fields of a cell, by signal. */
export const cellFields = Object.fromEntries(
  SIGNALS.map((signal) => [signal, storeFields(signal)]),
) as Readonly<Record<Signal, ReturnType<typeof storeFields>>>;
