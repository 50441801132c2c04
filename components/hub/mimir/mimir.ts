import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../../kit/checksum";
import { CONFIG_HASH_ANNOTATION, objectLabels, selectorLabels } from "../../kit/labels";
import { parseQuantity } from "../../kit/quantity";
import { toYaml } from "../../kit/yaml";
import type { RuleFileText } from "../../rules/rule-file";
import type { ObjectStoreConnection } from "../../storage/connection";
import { mimirRole } from "../roles";
import { CONFIG_FILE, MIMIR_HTTP_PORT, mimirConfig, RULES_FILE, RUNTIME_FILE } from "./config";
import type { RuntimeConfig } from "./limits";
import { createMicroservices, type MicroservicesArgs } from "./microservices";
import { growthNote } from "./growth";
import { FLUSH_SECONDS, mimirPod } from "./pod";
import { mimirResources } from "./resources";
import { answering, mimirName } from "./services";

export interface MimirArgs {
  readonly cell: string;
  readonly namespace: pulumi.Input<string>;
  readonly bucket: pulumi.Output<ObjectStoreConnection>;
  /** Limits of every tenant, read again while Mimir runs. */
  readonly runtime: RuntimeConfig;
  /** Recording and alerting rules of the hub's own tenant, read again while Mimir runs. */
  readonly rules: pulumi.Output<RuleFileText>;
  /** Series of all edges of the cell; CPU and memory come from it. */
  readonly activeSeries: number;
  readonly image: string;
  /** Of the pod that keeps samples, or of each of them. */
  readonly diskSize: string;
  readonly storageClass?: string;
  /** Left out: one process. */
  readonly microservices?: MicroservicesArgs;
}

/** What both topologies have. */
export interface Shared {
  readonly runtime: k8s.core.v1.ConfigMap;
  readonly rules: k8s.core.v1.ConfigMap;
  readonly serviceAccount: k8s.core.v1.ServiceAccount;
}

/**
 * Mimir of one cell. Topology `single`: every component of it in one pod with one disk. While the pod restarts, edges buffer; a stop ships what is not in
 * the bucket yet. Or microservices, each in pods of its own, which keep three copies of every sample.
 */
export class Mimir extends pulumi.ComponentResource {
  /** Host and port for the gateway, once Mimir is ready. */
  readonly address: pulumi.Output<string>;
  /** Host and port for whoever reads. */
  readonly readAddress: string;

  constructor(name: string, args: MimirArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:Mimir", name, {}, opts);
    const shared = {
      runtime: createRuntimeConfig(this, name, args),
      rules: createRules(this, name, args),
      serviceAccount: createServiceAccount(this, name, args),
    };
    // Writes go to microservices once all of them are ready; `single` is deleted after that, at the end of the update, and ships what it holds.
    const ready = args.microservices
      ? createMicroservices(this, name, args, args.microservices, shared)
      : createSingle(this, name, args, shared);
    const service = createService(this, name, args, ready);
    this.address = service.metadata.name.apply((host) => `${host}:${MIMIR_HTTP_PORT}`);
    const { reads } = answering(args.cell, args.microservices ? "microservices" : "single");
    this.readAddress = `${reads.host}:${MIMIR_HTTP_PORT}`;
    this.registerOutputs({ address: this.address, readAddress: this.readAddress });
  }
}

/** Everything of a cell's single Mimir has the same name; what else there is of a kind gets a suffix. */
function metadata({ cell, namespace }: MimirArgs, suffix = "") {
  return { name: `${mimirName(cell)}${suffix}`, namespace, labels: objectLabels(mimirRole(cell)) };
}

/** Gives nothing to wait for: the provider waits until a Service has a ready pod. */
function createSingle(parent: Mimir, name: string, args: MimirArgs, shared: Shared): pulumi.Resource[] {
  createStatefulSet(parent, name, args, { ...shared, config: createConfig(parent, name, args) });
  return [];
}

interface Config {
  readonly map: k8s.core.v1.ConfigMap;
  readonly hash: pulumi.Output<string>;
}

function createConfig(parent: Mimir, name: string, args: MimirArgs): Config {
  const text = args.bucket.apply((bucket) => toYaml(mimirConfig(bucket)));
  const hash = text.apply((known) => checksum(known));
  const map = new k8s.core.v1.ConfigMap(
    `${name}-config`,
    { metadata: metadata(args), data: { [CONFIG_FILE]: text } },
    { parent },
  );
  return { map, hash };
}

function createRuntimeConfig(parent: Mimir, name: string, args: MimirArgs): k8s.core.v1.ConfigMap {
  const text = toYaml(args.runtime);
  const annotations = { [CONFIG_HASH_ANNOTATION]: checksum(text) };
  return new k8s.core.v1.ConfigMap(
    `${name}-runtime`,
    { metadata: { ...metadata(args, "-runtime"), annotations }, data: { [RUNTIME_FILE]: text } },
    { parent },
  );
}

function createRules(parent: Mimir, name: string, args: MimirArgs): k8s.core.v1.ConfigMap {
  const { text, hash } = args.rules;
  const annotations = { [CONFIG_HASH_ANNOTATION]: hash };
  return new k8s.core.v1.ConfigMap(
    `${name}-rules`,
    { metadata: { ...metadata(args, "-rules"), annotations }, data: { [RULES_FILE]: text } },
    { parent },
  );
}

function createServiceAccount(parent: Mimir, name: string, args: MimirArgs): k8s.core.v1.ServiceAccount {
  return new k8s.core.v1.ServiceAccount(
    `${name}-service-account`,
    {
      metadata: { ...metadata(args), annotations: args.bucket.serviceAccountAnnotations },
      automountServiceAccountToken: false,
    },
    { parent },
  );
}

/** The one address for writes, in both topologies: the gateway's configuration stays as it is when one becomes the other. */
function createService(
  parent: Mimir,
  name: string,
  args: MimirArgs,
  dependsOn: pulumi.Resource[],
): k8s.core.v1.Service {
  const { writes } = answering(args.cell, args.microservices ? "microservices" : "single");
  return new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: metadata(args),
      spec: {
        selector: selectorLabels(writes.role),
        ports: [{ name: "http", port: MIMIR_HTTP_PORT, targetPort: "http", appProtocol: "http" }],
      },
    },
    { parent, dependsOn },
  );
}

/** A start as long as the start-up probe allows, an update with a stop before it, and an end that ships everything. */
const TIMEOUTS = { create: "35m", update: "60m", delete: `${FLUSH_SECONDS + 300}s` };

interface Surroundings extends Shared {
  readonly config: Config;
}

function createStatefulSet(
  parent: Mimir,
  name: string,
  args: MimirArgs,
  { config, runtime, rules, serviceAccount }: Surroundings,
): void {
  const role = mimirRole(args.cell);
  const selector = selectorLabels(role);
  const labels = args.bucket.apply(({ podLabels }) => ({ ...objectLabels(role), ...podLabels }));
  const annotations = {
    // Start-up configuration only: a change of it restarts Mimir, a change of limits does not.
    "heliograph.dev/start-up-hash": config.hash,
    "prometheus.io/scrape": "true",
    "prometheus.io/scheme": "http",
    "prometheus.io/port": String(MIMIR_HTTP_PORT),
    "prometheus.io/path": "/metrics",
  };
  const statefulSet = new k8s.apps.v1.StatefulSet(
    name,
    {
      metadata: metadata(args),
      spec: {
        replicas: 1,
        serviceName: metadata(args).name,
        // In order, a pod that cannot start would never be replaced by one that can.
        podManagementPolicy: "Parallel",
        selector: { matchLabels: selector },
        template: {
          metadata: { labels, annotations },
          spec: mimirPod({
            image: args.image,
            resources: mimirResources(args.activeSeries),
            bucket: args.bucket,
            serviceAccount: serviceAccount.metadata.name,
            configMap: config.map.metadata.name,
            runtimeConfigMap: runtime.metadata.name,
            rulesConfigMap: rules.metadata.name,
          }),
        },
        volumeClaimTemplates: [
          {
            metadata: { name: "data", labels: selector },
            spec: {
              accessModes: ["ReadWriteOnce"],
              storageClassName: args.storageClass,
              resources: { requests: { storage: args.diskSize } },
            },
          },
        ],
      },
    },
    // Another size would replace it, and stop Mimir, although claims can grow while they are used.
    { parent, ignoreChanges: ["spec.volumeClaimTemplates"], customTimeouts: TIMEOUTS },
  );
  noteGrowth(statefulSet, args);
}

function noteGrowth({ metadata, spec }: k8s.apps.v1.StatefulSet, { diskSize: to }: MimirArgs): void {
  pulumi.all([metadata.name, metadata.namespace, spec.volumeClaimTemplates]).apply(([name, namespace, claims]) => {
    const from = claims?.[0]?.spec?.resources?.requests?.["storage"];
    if (!from || parseQuantity(from) >= parseQuantity(to)) return undefined;
    return pulumi.log.warn(growthNote({ name, namespace, from, to }, pulumi.getStack()));
  });
}
