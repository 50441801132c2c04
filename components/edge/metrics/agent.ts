import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type AgentInstance, PROMETHEUS_AGENT } from "../../contract/cluster-names";
import {
  CONFIG_HASH_ANNOTATION,
  objectLabels,
  selectorLabels,
  type Labels,
} from "../../kit/labels";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import { apart } from "../../kit/pod-spread";
import { bytesQuantity } from "../../kit/quantity";
import { createAccount } from "../account";
import { agentPermissions } from "./sources/registry";
import type { EdgeModel } from "../model";
import type { ResolvedEdge } from "../resolved";
import {
  AGENT_PATHS,
  agentConfig,
  agentConfigFile,
  CONFIG_FILE,
  agentRole,
  PROMETHEUS_AGENT_PORT,
  RULES_FILE,
} from "./config";

interface PrometheusAgentArgs {
  readonly edge: ResolvedEdge;
  readonly instance: AgentInstance;
  /**
   * Whether the scheduler is to keep it away from the edge's other agent. Set for the second one
   * alone: it holds for both (the scheduler also reads the anti-affinity of pods that run), and the
   * first one does not restart when a second one joins it.
   */
  readonly apart: boolean;
  readonly namespace: pulumi.Input<string>;
  /** A container that runs in its pod, too. */
  readonly beside?: Beside | undefined;
  readonly storageClass?: pulumi.Input<string> | undefined;
  /** Name of the Secret with certificate, key and trust bundle. */
  readonly identity: pulumi.Input<string>;
  readonly image: string;
}

export interface Beside {
  readonly container: pulumi.Input<k8s.types.input.core.v1.Container>;
  readonly port: { readonly name: string; readonly port: number };
  /** Service account of the pod: it may use the bucket, which the agent's own may not. */
  readonly account: pulumi.Input<string>;
  readonly podLabels: pulumi.Input<Labels>;
}

/** `nobody`, as in upstream's image. */
const USER = 65534;
/** How long the agent may go on sending its queue when it is told to stop. */
const TERMINATION_SECONDS = 120;

/**
 * Prometheus, in agent mode or with a database: it scrapes, and sends to the hub. One pod. An edge
 * with a pair has two of these, which scrape and send the same; the hub takes the samples of one of
 * them.
 *
 * A restarted agent skips samples that it had not sent (prometheus#13539), so it restarts only for
 * what it cannot read again: another image, or another outage, size or scrape interval of the edge,
 * from which its flags and resources come. Configuration and certificates are directories that it
 * reads again by itself.
 */
export class PrometheusAgent extends pulumi.ComponentResource {
  constructor(name: string, args: PrometheusAgentArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:edge:PrometheusAgent", name, {}, opts);
    const rules = agentPermissions(args.edge.model.sources);
    const account = createAccount(
      name,
      { metadata: metadata(args), rules, existing: args.beside?.account },
      { parent: this },
    );
    const config = createConfig(this, name, args);
    const buffer = createBuffer(this, name, args);
    const service = createService(this, name, args);
    createStatefulSet(this, name, args, { account, config, buffer, service });
    this.registerOutputs({});
  }
}

/** Every object of an agent has its name; a second one of a kind has a suffix. */
function metadata({ instance, namespace }: PrometheusAgentArgs, suffix = "") {
  return { name: `${instance}${suffix}`, namespace, labels: objectLabels(agentRole(instance)) };
}

function createConfig(parent: PrometheusAgent, child: string, args: PrometheusAgentArgs) {
  const { edge, instance } = args;
  const file = (model: EdgeModel) =>
    agentConfigFile(agentConfig(model.agentConfig(instance)), model.alerting?.rules.text);
  const annotations = { [CONFIG_HASH_ANNOTATION]: edge.value((model) => file(model).hash) };
  return new k8s.core.v1.ConfigMap(
    `${child}-config`,
    {
      metadata: { ...metadata(args), annotations },
      data: {
        [CONFIG_FILE]: edge.value((model) => file(model).text),
        ...(edge.model.alerting && {
          [RULES_FILE]: edge.value(({ alerting }) => alerting?.rules.text ?? ""),
        }),
      },
    },
    { parent },
  );
}

/**
 * A claim of its own instead of a template of the StatefulSet: templates cannot be changed, a claim
 * can grow while it is used.
 */
function createBuffer(parent: PrometheusAgent, child: string, args: PrometheusAgentArgs) {
  return new k8s.core.v1.PersistentVolumeClaim(
    `${child}-buffer`,
    {
      metadata: {
        ...metadata(args, "-buffer"),
        // Many storage classes bind a volume only once a pod asks for it, and the pod is created
        // after the claim.
        annotations: { "pulumi.com/skipAwait": "true" },
      },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: args.storageClass,
        resources: { requests: { storage: args.edge.value(({ bufferDisk }) => bufferDisk) } },
      },
    },
    { parent },
  );
}

function createService(parent: PrometheusAgent, child: string, args: PrometheusAgentArgs) {
  return new k8s.core.v1.Service(
    `${child}-service`,
    {
      metadata: metadata(args),
      spec: {
        clusterIP: "None",
        selector: selectorLabels(agentRole(args.instance)),
        ports: [
          { name: "http", port: PROMETHEUS_AGENT_PORT, targetPort: "http" },
          ...(args.beside ? [{ ...args.beside.port, targetPort: args.beside.port.name }] : []),
        ],
      },
    },
    { parent },
  );
}

interface Parts {
  readonly account: pulumi.Input<string>;
  readonly config: k8s.core.v1.ConfigMap;
  readonly buffer: k8s.core.v1.PersistentVolumeClaim;
  readonly service: k8s.core.v1.Service;
}

function createStatefulSet(
  parent: PrometheusAgent,
  child: string,
  args: PrometheusAgentArgs,
  parts: Parts,
): void {
  const { labels } = metadata(args);
  const template = {
    metadata: {
      labels: args.beside
        ? pulumi.output(args.beside.podLabels).apply((more) => ({ ...labels, ...more }))
        : labels,
      annotations: {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": String(PROMETHEUS_AGENT_PORT),
      },
    },
    spec: {
      serviceAccountName: parts.account,
      // It asks the API server for targets.
      automountServiceAccountToken: true,
      enableServiceLinks: false,
      securityContext: restrictedPod(USER),
      ...(args.apart && { affinity: apart(selectorLabels(PROMETHEUS_AGENT)) }),
      terminationGracePeriodSeconds: TERMINATION_SECONDS,
      containers: [
        args.edge.value((model) => container(args.image, model)),
        ...(args.beside ? [args.beside.container] : []),
      ],
      volumes: [
        { name: "config", configMap: { name: parts.config.metadata.name } },
        { name: "identity", secret: { secretName: args.identity, defaultMode: 0o440 } },
        { name: "buffer", persistentVolumeClaim: { claimName: parts.buffer.metadata.name } },
      ],
    },
  };
  new k8s.apps.v1.StatefulSet(
    child,
    {
      metadata: metadata(args),
      spec: {
        replicas: 1,
        serviceName: parts.service.metadata.name,
        selector: { matchLabels: selectorLabels(agentRole(args.instance)) },
        template,
      },
    },
    { parent },
  );
}

function container(image: string, { program }: EdgeModel): k8s.types.input.core.v1.Container {
  const memory = bytesQuantity(program.memoryBytes);
  return {
    name: PROMETHEUS_AGENT.name,
    image,
    args: [...program.args],
    ports: [{ name: "http", containerPort: PROMETHEUS_AGENT_PORT }],
    // No limit of CPU: an agent that is held back misses scrapes.
    resources: { requests: { cpu: `${program.cpuMillicores}m`, memory }, limits: { memory } },
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "config", mountPath: AGENT_PATHS.config, readOnly: true },
      { name: "identity", mountPath: AGENT_PATHS.identity, readOnly: true },
      { name: "buffer", mountPath: AGENT_PATHS.buffer },
    ],
    // It reads the whole buffer before it is ready: minutes on a large edge.
    startupProbe: { ...probe("/-/ready"), periodSeconds: 5, failureThreshold: 360 },
    readinessProbe: probe("/-/ready"),
    // Patient, because a restart loses samples that were not sent.
    livenessProbe: { ...probe("/-/healthy"), periodSeconds: 30, failureThreshold: 6 },
  };
}

function probe(path: string) {
  return { httpGet: { path, port: "http" }, periodSeconds: 10, timeoutSeconds: 5 };
}
