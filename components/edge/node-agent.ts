import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../kit/checksum";
import { CONFIG_HASH_ANNOTATION, objectLabels, selectorLabels, type Role } from "../kit/labels";
import { restrictedContainer } from "../kit/pod-security";
import { bytesQuantity } from "../kit/quantity";
import { createAccount } from "./account";
import { POD_LOGS } from "./logs/pipeline";
import type { EdgeModel } from "./model";
import type { ResolvedEdge } from "./resolved";

/** A program that runs once on every node, and its folders. */
export interface NodeProgram {
  readonly role: Role;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly k8s.types.input.core.v1.EnvVar[];
  readonly ports: Readonly<Record<string, number>>;
  /** Port and path of its health check. */
  readonly health: { readonly port: number; readonly path: string };
  readonly metricsPort: number;
  readonly configFolder: string;
  readonly identityFolder: string;
  readonly stateFolder: string;
  readonly memoryBytes: number;
  /** Whether it reads the logs of pods. */
  readonly readsLogs: boolean;
}

interface NodeAgentArgs {
  readonly edge: ResolvedEdge;
  program(model: EdgeModel): NodeProgram;
  /** Its configuration, by the names of the files. */
  files(model: EdgeModel): Readonly<Record<string, string>>;
  readonly namespace: pulumi.Input<string>;
  /** CA certificates that it trusts. It reads them at its start alone, like its configuration. */
  readonly trustBundle: pulumi.Input<string[]>;
  /** Name of the Secret with certificate, key and trust bundle. */
  readonly identity: pulumi.Input<string>;
}

/** A path of the node, and its mount path in the pod. */
interface NodePath {
  readonly name: string;
  readonly path: string;
  readonly type: "Directory" | "DirectoryOrCreate";
  readonly mountPath: string;
  readonly readOnly: boolean;
}

/**
 * Every path of the node that an agent sees: the logs of pods, which it cannot change, and a folder
 * of its own.
 */
function nodePaths({ role, stateFolder, readsLogs }: NodeProgram): NodePath[] {
  const logs: NodePath = {
    name: "logs",
    path: POD_LOGS,
    type: "Directory",
    mountPath: POD_LOGS,
    readOnly: true,
  };
  const state = `/var/lib/heliograph/${role.name}`;
  return [
    ...(readsLogs ? [logs] : []),
    {
      name: "state",
      path: state,
      type: "DirectoryOrCreate",
      mountPath: stateFolder,
      readOnly: false,
    },
  ];
}

/** It may list pods, and nothing else. */
const RULES = [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }];

/**
 * An agent on every node. Files of pods and the folder for its queue belong to root, so it runs as
 * root, with no capability, and no path of the node but those of `nodePaths`. A changed
 * configuration restarts it, node after node: data that it had not sent is on the node's disk.
 */
export class NodeAgent extends pulumi.ComponentResource {
  constructor(name: string, args: NodeAgentArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:edge:NodeAgent", name, {}, opts);
    const { edge, namespace } = args;
    const { role, metricsPort } = args.program(edge.model);
    const files = edge.value((model) => args.files(model));
    const hash = pulumi
      .all([args.trustBundle, files])
      .apply(([bundle, texts]) => checksum(...Object.values(texts), ...bundle));
    const metadata = { name: role.name, namespace, labels: objectLabels(role) };
    const account = createAccount(name, { metadata, rules: RULES }, { parent: this });
    const annotations = { [CONFIG_HASH_ANNOTATION]: hash };
    const configMap = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      { metadata: { ...metadata, annotations }, data: files },
      { parent: this },
    );
    new k8s.apps.v1.DaemonSet(
      name,
      {
        metadata,
        spec: {
          selector: { matchLabels: selectorLabels(role) },
          updateStrategy: { rollingUpdate: { maxUnavailable: "10%" } },
          template: {
            metadata: {
              labels: metadata.labels,
              annotations: {
                [CONFIG_HASH_ANNOTATION]: hash,
                "prometheus.io/scrape": "true",
                "prometheus.io/port": String(metricsPort),
              },
            },
            spec: edge.value((model) =>
              podSpec(args.program(model), {
                account,
                configMap: configMap.metadata.name,
                identity: args.identity,
              }),
            ),
          },
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

interface PodParts {
  readonly account: pulumi.Input<string>;
  readonly configMap: pulumi.Input<string>;
  readonly identity: pulumi.Input<string>;
}

function podSpec(
  program: NodeProgram,
  { account, configMap, identity }: PodParts,
): k8s.types.input.core.v1.PodSpec {
  const { role, image, env = [], health, memoryBytes } = program;
  const paths = nodePaths(program);
  const probe = { httpGet: { path: health.path, port: health.port }, timeoutSeconds: 5 };
  return {
    serviceAccountName: account,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: "RuntimeDefault" } },
    // A node with a taint has logs too.
    tolerations: [{ operator: "Exists" }],
    terminationGracePeriodSeconds: 60,
    containers: [
      {
        name: role.name,
        image,
        args: [...program.args],
        env: [
          { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
          ...env,
        ],
        ports: Object.entries(program.ports).map(([name, containerPort]) => ({
          name,
          containerPort,
        })),
        resources: {
          requests: { cpu: "50m", memory: bytesQuantity(memoryBytes / 2) },
          limits: { memory: bytesQuantity(memoryBytes) },
        },
        securityContext: restrictedContainer,
        volumeMounts: [
          { name: "config", mountPath: program.configFolder, readOnly: true },
          { name: "identity", mountPath: program.identityFolder, readOnly: true },
          ...paths.map(({ name, mountPath, readOnly }) => ({ name, mountPath, readOnly })),
        ],
        // It is ready once it knows the pods of its node.
        startupProbe: { ...probe, periodSeconds: 2, failureThreshold: 90 },
        readinessProbe: { ...probe, periodSeconds: 10 },
        livenessProbe: { ...probe, periodSeconds: 30, failureThreshold: 6 },
      },
    ],
    volumes: [
      { name: "config", configMap: { name: configMap } },
      { name: "identity", secret: { secretName: identity, defaultMode: 0o400 } },
      ...paths.map(({ name, path, type }) => ({ name, hostPath: { path, type } })),
    ],
  };
}
