import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createDisruptionBudget } from "../../kit/disruption-budget";
import { checksum } from "../../kit/checksum";
import { CONFIG_HASH_ANNOTATION, objectLabels, selectorLabels } from "../../kit/labels";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import { apart } from "../../kit/pod-spread";
import { bytesQuantity } from "../../kit/quantity";
import { toYaml } from "../../kit/yaml";
import type { EdgeModel } from "../model";
import type { ResolvedEdge } from "../resolved";
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

interface CollectorGatewayArgs {
  readonly edge: ResolvedEdge;
  readonly namespace: pulumi.Input<string>;
  readonly image: string;
  readonly storageClass?: pulumi.Input<string> | undefined;
  /** CA certificates that it trusts. It reads them at its start alone, like its configuration. */
  readonly trustBundle: pulumi.Input<string[]>;
  /** Name of the Secret with certificate, key and trust bundle. */
  readonly identity: pulumi.Input<string>;
}

type Gateway = NonNullable<EdgeModel["telemetry"]["gateway"]>;

/** As in upstream's image. */
const USER = 10001;
const QUEUE = "queue";

/**
 * The collector gateway: collectors behind those of the nodes, each with a volume for data that the
 * hub has not accepted. They see whole traces, so they count spans and sample. A changed
 * configuration restarts one after the other; told to stop, each decides on the traces that it
 * still holds.
 */
export class CollectorGateway extends pulumi.ComponentResource {
  constructor(name: string, args: CollectorGatewayArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:edge:OtelGateway", name, {}, opts);
    const { edge, namespace, trustBundle } = args;
    const config = edge.value((model) => toYaml(gatewayOf(model).config));
    const hash = pulumi
      .all([trustBundle, config])
      .apply(([bundle, text]) => checksum(text, ...bundle));
    const { replicas } = gatewayOf(edge.model);
    const metadata = { name: OTEL_GATEWAY.name, namespace, labels: objectLabels(OTEL_GATEWAY) };
    const child = { parent: this };
    const configMap = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      {
        metadata: { ...metadata, annotations: { [CONFIG_HASH_ANNOTATION]: hash } },
        data: { [CONFIG_FILE]: config },
      },
      child,
    );
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata,
        spec: {
          clusterIP: "None",
          // Spans for a collector that is about to be ready find it.
          publishNotReadyAddresses: true,
          selector: selectorLabels(OTEL_GATEWAY),
          ports: [{ name: "otlp-grpc", port: OTLP_GRPC_PORT, targetPort: "otlp-grpc" }],
        },
      },
      child,
    );
    const claims = createClaims(this, name, args);
    createStatefulSet(this, name, args, { configMap, service, claims, hash });
    // One at a time: the spans of the others go on.
    if (replicas > 1) createDisruptionBudget(name, { metadata, role: OTEL_GATEWAY }, child);
    this.registerOutputs({});
  }
}

/** Of an edge that has one. */
function gatewayOf({ telemetry }: EdgeModel): Gateway {
  return telemetry.gateway as Gateway;
}

function claimSpec({ edge, storageClass }: CollectorGatewayArgs) {
  return {
    accessModes: ["ReadWriteOnce"],
    storageClassName: storageClass,
    resources: { requests: { storage: edge.value((model) => gatewayOf(model).disk) } },
  };
}

/**
 * By the names that the StatefulSet would give them, but objects of their own: claims can grow
 * while they are used, templates cannot be changed.
 */
function createClaims(parent: CollectorGateway, child: string, args: CollectorGatewayArgs) {
  return Array.from(
    { length: gatewayOf(args.edge.model).replicas },
    (_, index) =>
      new k8s.core.v1.PersistentVolumeClaim(
        `${child}-${QUEUE}-${index}`,
        {
          metadata: {
            name: `${QUEUE}-${OTEL_GATEWAY.name}-${index}`,
            namespace: args.namespace,
            labels: objectLabels(OTEL_GATEWAY),
            // Many storage classes bind a volume only once a pod asks for it, and the pod is
            // created after the claim.
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
  readonly hash: pulumi.Input<string>;
}

function createStatefulSet(
  parent: CollectorGateway,
  child: string,
  args: CollectorGatewayArgs,
  parts: Parts,
): void {
  const { edge, image, namespace } = args;
  const { replicas } = gatewayOf(edge.model);
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
              [CONFIG_HASH_ANNOTATION]: parts.hash,
              "prometheus.io/scrape": "true",
              "prometheus.io/port": String(COLLECTOR_METRICS_PORT),
            },
          },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: restrictedPod(USER),
            affinity: apart(selector),
            // It decides on the traces that it holds, and stores those that it keeps.
            terminationGracePeriodSeconds: 60,
            containers: [edge.value((model) => container(image, model))],
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

function container(image: string, model: EdgeModel): k8s.types.input.core.v1.Container {
  const { exporters } = model.telemetry;
  const { config, memoryBytes } = gatewayOf(model);
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
