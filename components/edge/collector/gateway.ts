import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EdgeExporterArgs } from "./args";
import { createDisruptionBudget } from "../../kit/disruption-budget";
import { CONFIG_HASH_ANNOTATION, objectLabels, selectorLabels } from "../../kit/labels";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import { apart } from "../../kit/pod-spread";
import { bytesQuantity } from "../../kit/quantity";
import { toYaml } from "../../kit/yaml";
import type { CollectorConfig } from "./config";
import {
  CONFIG_FILE,
  CONFIG_FOLDER,
  STATE_FOLDER,
  COLLECTOR,
  collectorEnv,
  COLLECTOR_METRICS_PORT,
  OTEL_GATEWAY,
  OTLP_GRPC_PORT,
} from "./program";
import { IDENTITY_FOLDER } from "./exporters";

export interface OtelGatewayArgs {
  readonly namespace: pulumi.Input<string>;
  readonly image: string;
  readonly replicas: number;
  readonly config: CollectorConfig;
  /** Of all that it reads at its start alone. */
  readonly hash: pulumi.Input<string>;
  readonly memoryBytes: number;
  /** Disk of each, as a Kubernetes quantity. */
  readonly disk: string;
  readonly storageClass?: string;
  readonly exporters: readonly EdgeExporterArgs[];
  /** Name of the Secret with certificate, key and trust bundle. */
  readonly identity: pulumi.Input<string>;
}

/** As in upstream's image. */
const USER = 10001;
const QUEUE = "queue";

/**
 * Collectors behind those of the nodes, each with a volume for what the hub has not taken. They see whole traces, so they count spans and sample. A changed
 * configuration restarts one after the other; told to stop, each decides on the traces that it still holds.
 */
export class OtelGateway extends pulumi.ComponentResource {
  constructor(name: string, args: OtelGatewayArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:edge:OtelGateway", name, {}, opts);
    const { namespace, config } = args;
    const metadata = { name: OTEL_GATEWAY.name, namespace, labels: objectLabels(OTEL_GATEWAY) };
    const child = { parent: this };
    const configMap = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      {
        metadata: { ...metadata, annotations: { [CONFIG_HASH_ANNOTATION]: args.hash } },
        data: { [CONFIG_FILE]: toYaml(config) },
      },
      child,
    );
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata,
        spec: {
          clusterIP: "None",
          // Spans for one that is about to be ready find it.
          publishNotReadyAddresses: true,
          selector: selectorLabels(OTEL_GATEWAY),
          ports: [{ name: "otlp-grpc", port: OTLP_GRPC_PORT, targetPort: "otlp-grpc" }],
        },
      },
      child,
    );
    const claims = createClaims(this, name, args);
    createStatefulSet(this, name, args, { configMap, service, claims });
    // One at a time: the spans of the others go on.
    if (args.replicas > 1) createDisruptionBudget(name, { metadata, role: OTEL_GATEWAY }, child);
    this.registerOutputs({});
  }
}

function claimSpec({ storageClass, disk }: OtelGatewayArgs) {
  return {
    accessModes: ["ReadWriteOnce"],
    storageClassName: storageClass,
    resources: { requests: { storage: disk } },
  };
}

/** By the names that the StatefulSet would give them, but objects of their own: claims can grow while they are used, templates cannot be changed. */
function createClaims(parent: OtelGateway, child: string, args: OtelGatewayArgs) {
  return Array.from(
    { length: args.replicas },
    (_, index) =>
      new k8s.core.v1.PersistentVolumeClaim(
        `${child}-${QUEUE}-${index}`,
        {
          metadata: {
            name: `${QUEUE}-${OTEL_GATEWAY.name}-${index}`,
            namespace: args.namespace,
            labels: objectLabels(OTEL_GATEWAY),
            // Many storage classes bind a volume only once a pod asks for it, and the pod is made after the claim.
            annotations: { "pulumi.com/skipAwait": "true" },
          },
          spec: claimSpec(args),
        },
        { parent },
      ),
  );
}

interface Parts {
  readonly configMap: k8s.core.v1.ConfigMap;
  readonly service: k8s.core.v1.Service;
  readonly claims: readonly k8s.core.v1.PersistentVolumeClaim[];
}

function createStatefulSet(
  parent: OtelGateway,
  child: string,
  args: OtelGatewayArgs,
  parts: Parts,
): void {
  const { namespace, replicas, hash } = args;
  const labels = objectLabels(OTEL_GATEWAY);
  const selector = selectorLabels(OTEL_GATEWAY);
  new k8s.apps.v1.StatefulSet(
    child,
    {
      metadata: { name: OTEL_GATEWAY.name, namespace, labels },
      spec: {
        replicas,
        serviceName: parts.service.metadata.name,
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels,
            annotations: {
              [CONFIG_HASH_ANNOTATION]: hash,
              "prometheus.io/scrape": "true",
              "prometheus.io/port": String(COLLECTOR_METRICS_PORT),
            },
          },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: restrictedPod(USER),
            affinity: apart(selector),
            // It decides on the traces that it holds, and stores what it kept.
            terminationGracePeriodSeconds: 60,
            containers: [container(args)],
            volumes: [
              { name: "config", configMap: { name: parts.configMap.metadata.name } },
              { name: "identity", secret: { secretName: args.identity, defaultMode: 0o440 } },
            ],
          },
        },
        volumeClaimTemplates: [
          { metadata: { name: QUEUE, labels: selector }, spec: claimSpec(args) },
        ],
      },
    },
    {
      parent,
      dependsOn: [...parts.claims],
      // It cannot be changed, and need not: every claim is there before it is asked for.
      ignoreChanges: ["spec.volumeClaimTemplates"],
    },
  );
}

function container({
  image,
  config,
  memoryBytes,
  exporters,
}: OtelGatewayArgs): k8s.types.input.core.v1.Container {
  const probe = { httpGet: COLLECTOR.health, timeoutSeconds: 5 };
  return {
    name: OTEL_GATEWAY.name,
    image,
    args: [...COLLECTOR.args],
    env: collectorEnv("metadata.name", config, memoryBytes, exporters),
    ports: Object.entries(COLLECTOR.ports).map(([name, containerPort]) => ({
      name,
      containerPort,
    })),
    resources: {
      requests: { cpu: "50m", memory: bytesQuantity(memoryBytes / 2) },
      limits: { memory: bytesQuantity(memoryBytes) },
    },
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "config", mountPath: CONFIG_FOLDER, readOnly: true },
      { name: "identity", mountPath: IDENTITY_FOLDER, readOnly: true },
      { name: QUEUE, mountPath: STATE_FOLDER },
    ],
    readinessProbe: { ...probe, periodSeconds: 5 },
    livenessProbe: { ...probe, periodSeconds: 30, failureThreshold: 6 },
  };
}
