import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../../kit/checksum";
import { CONFIG_HASH_ANNOTATION, objectLabels, selectorLabels } from "../../kit/labels";
import { toYaml } from "../../kit/yaml";
import type { ObjectStoreConnection } from "../../storage/connection";
import { mimirRole } from "../roles";
import { CONFIG_FILE, MIMIR_HTTP_PORT, mimirConfig, RUNTIME_FILE } from "./config";
import type { RuntimeConfig } from "./limits";
import { mimirPod } from "./pod";
import { mimirResources } from "./resources";

export interface MimirArgs {
  readonly cell: string;
  readonly namespace: pulumi.Input<string>;
  readonly bucket: pulumi.Output<ObjectStoreConnection>;
  /** Limits of every tenant, read again while Mimir runs. */
  readonly runtime: RuntimeConfig;
  /** Series of all edges of the cell; CPU and memory come from it. */
  readonly activeSeries: number;
  readonly image: string;
  readonly diskSize: string;
  readonly storageClass?: string;
}

/**
 * Mimir of one cell, topology `single`: every component of it in one pod with one disk. While the pod restarts, edges buffer; its disk holds what is not
 * in the bucket yet.
 */
export class Mimir extends pulumi.ComponentResource {
  /** Host and port for the gateway, once Mimir is ready. */
  readonly address: pulumi.Output<string>;

  constructor(name: string, args: MimirArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:Mimir", name, {}, opts);
    const config = createConfig(this, name, args);
    const runtime = createRuntimeConfig(this, name, args);
    const serviceAccount = createServiceAccount(this, name, args);
    createStatefulSet(this, name, args, { config, runtime, serviceAccount });
    // Beside the StatefulSet, not before it: the provider waits until a Service has a ready pod.
    const service = createService(this, name, args);
    this.address = service.metadata.name.apply((host) => `${host}:${MIMIR_HTTP_PORT}`);
    this.registerOutputs({ address: this.address });
  }
}

/** Everything of a cell's Mimir has the same name; what else there is of a kind gets a suffix. */
function metadata({ cell, namespace }: MimirArgs, suffix = "") {
  return { name: `mimir-${cell}${suffix}`, namespace, labels: objectLabels(mimirRole(cell)) };
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

function createService(parent: Mimir, name: string, args: MimirArgs): k8s.core.v1.Service {
  return new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: metadata(args),
      spec: {
        selector: selectorLabels(mimirRole(args.cell)),
        ports: [{ name: "http", port: MIMIR_HTTP_PORT, targetPort: "http", appProtocol: "http" }],
      },
    },
    { parent },
  );
}

interface Surroundings {
  readonly config: Config;
  readonly runtime: k8s.core.v1.ConfigMap;
  readonly serviceAccount: k8s.core.v1.ServiceAccount;
}

function createStatefulSet(
  parent: Mimir,
  name: string,
  args: MimirArgs,
  { config, runtime, serviceAccount }: Surroundings,
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
  new k8s.apps.v1.StatefulSet(
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
    // As long as the start-up probe allows.
    { parent, customTimeouts: { create: "35m", update: "35m" } },
  );
}
