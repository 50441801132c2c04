import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createDisruptionBudget } from "../kit/disruption-budget";
import { checkedInput, checkedInputs } from "../kit/inputs";
import { CONFIG_HASH_ANNOTATION, objectLabels, selectorLabels } from "../kit/labels";
import { podsOptions } from "../kit/pods";
import {
  alertmanagerFields,
  RECEIVER_KINDS,
  RECEIVER_SECRETS,
  receiverSecretFields,
  type AlertmanagerArgs,
  type AlertReceiverArgs,
  type ReceiverSecretArgs,
} from "./args";
import { alertmanagerFiles, secretFile } from "./config";
import type { Alertmanager as AlertmanagerModel } from "./model";
import { alertmanagerPod, DATA, type SecretFile } from "./pod";
import {
  ALERTMANAGER,
  ALERTMANAGER_GOSSIP_PORT,
  ALERTMANAGER_PODS,
  ALERTMANAGER_PORT,
  ALERTMANAGER_TENANT_PORT,
} from "./ports";

const DEFAULT_DISK = "1Gi";

interface ComponentArgs extends AlertmanagerArgs {
  /** Whose they are: part of the type of the component, which never changes. */
  readonly owner: "hub" | "edge";
  readonly namespace: pulumi.Input<string>;
  readonly model: AlertmanagerModel;
  /** With their secrets. */
  readonly receivers: Readonly<Record<string, AlertReceiverArgs>>;
  readonly image: string;
  /** Given where tenants see their alerts. */
  readonly labelProxyImage?: string;
}

/**
 * Alertmanagers that tell each other what they have sent: every one of them gets every alert, and
 * one sends it. Other routes and receivers are loaded in place; silences stay on disks.
 */
export class Alertmanager extends pulumi.ComponentResource {
  /** Host and port for whoever reads alerts or silences them. */
  readonly address: string;
  /** The same for one tenant, whom a header names. Undefined where tenants see none. */
  readonly tenantAddress?: string;

  constructor(name: string, given: ComponentArgs, opts: pulumi.ComponentResourceOptions) {
    super(`heliograph:${given.owner}:Alertmanager`, name, {}, podsOptions(given.pods, opts));
    const args = {
      ...given,
      ...checkedInputs(
        `Alertmanager ${name}`,
        alertmanagerFields,
        ["alerting", "alertmanager"],
        given,
      ),
    };
    const config = createConfig(this, name, args);
    const secrets = createSecrets(this, name, args);
    const serviceAccount = createServiceAccount(this, name, args);
    const claims = createClaims(this, name, args);
    const pods = createPodsService(this, name, args);
    createStatefulSet(this, name, args, { config, secrets, serviceAccount, claims, pods });
    createService(this, name, args);
    if (args.model.replicas > 1)
      createDisruptionBudget(
        name,
        { metadata: metadata(args), role: ALERTMANAGER },
        { parent: this },
      );
    this.address = `${ALERTMANAGER.name}:${ALERTMANAGER_PORT}`;
    if (args.labelProxyImage !== undefined)
      this.tenantAddress = `${ALERTMANAGER.name}:${ALERTMANAGER_TENANT_PORT}`;
    this.registerOutputs({});
  }
}

function metadata({ namespace }: ComponentArgs, name = ALERTMANAGER.name) {
  return { name, namespace, labels: objectLabels(ALERTMANAGER) };
}

function createConfig(
  parent: Alertmanager,
  name: string,
  args: ComponentArgs,
): k8s.core.v1.ConfigMap {
  const { files, hash } = alertmanagerFiles(args.model);
  const annotations = { [CONFIG_HASH_ANNOTATION]: hash };
  return new k8s.core.v1.ConfigMap(
    `${name}-config`,
    { metadata: { ...metadata(args), annotations }, data: { ...files } },
    { parent },
  );
}

/** Those that were given are in a Secret of ours; the others are where somebody has put them. */
function createSecrets(parent: Alertmanager, name: string, args: ComponentArgs): SecretFile[] {
  const all = Object.entries(args.receivers).flatMap(([receiver, given]) =>
    RECEIVER_KINDS.flatMap((kind) => {
      const section = given[kind] as Readonly<Record<string, unknown>> | undefined;
      const field = RECEIVER_SECRETS[kind];
      const reference = section?.[`${field}From`] as ReceiverSecretArgs | undefined;
      const value = section?.[field] as pulumi.Input<string> | undefined;
      if (reference === undefined && value === undefined) return [];
      const path = ["alerting", "receivers", receiver, kind, field];
      return [{ kind, path, file: secretFile(receiver, kind), reference, value }];
    }),
  );
  const own = all.flatMap(({ kind, path, file, value }) => {
    if (value === undefined) return [];
    const schema = receiverSecretFields[kind];
    return [[file, checkedInput("Alertmanager", schema, path, pulumi.secret(value))] as const];
  });
  const secret =
    own.length > 0
      ? new k8s.core.v1.Secret(
          `${name}-receivers`,
          {
            metadata: metadata(args, `${ALERTMANAGER.name}-receivers`),
            stringData: Object.fromEntries(own),
          },
          { parent },
        ).metadata.name
      : "";
  return all.map(({ file, reference }) =>
    reference
      ? { secret: reference.secret, key: reference.key, file }
      : { secret, key: file, file },
  );
}

function createServiceAccount(
  parent: Alertmanager,
  name: string,
  args: ComponentArgs,
): k8s.core.v1.ServiceAccount {
  return new k8s.core.v1.ServiceAccount(
    `${name}-service-account`,
    { metadata: metadata(args), automountServiceAccountToken: false },
    { parent },
  );
}

function claimSpec({ storageClass, diskSize = DEFAULT_DISK }: ComponentArgs) {
  return {
    accessModes: ["ReadWriteOnce"],
    storageClassName: storageClass,
    resources: { requests: { storage: diskSize } },
  };
}

/**
 * By the names that the StatefulSet would give them, but objects of their own: claims can grow
 * while they are used, templates cannot be changed.
 */
function createClaims(
  parent: Alertmanager,
  name: string,
  args: ComponentArgs,
): k8s.core.v1.PersistentVolumeClaim[] {
  return Array.from(
    { length: args.model.replicas },
    (_, pod) =>
      new k8s.core.v1.PersistentVolumeClaim(
        `${name}-${DATA}-${pod}`,
        {
          metadata: {
            ...metadata(args, `${DATA}-${ALERTMANAGER.name}-${pod}`),
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

/** Names of pods: whoever has alerts sends them to each, and they find each other by these. */
function createPodsService(
  parent: Alertmanager,
  name: string,
  args: ComponentArgs,
): k8s.core.v1.Service {
  return new k8s.core.v1.Service(
    `${name}-pods`,
    {
      metadata: metadata(args, ALERTMANAGER_PODS),
      spec: {
        clusterIP: "None",
        publishNotReadyAddresses: true,
        selector: selectorLabels(ALERTMANAGER),
        ports: [
          { name: "http", port: ALERTMANAGER_PORT, targetPort: "http", appProtocol: "http" },
          ...(args.model.replicas > 1
            ? [
                {
                  name: "gossip",
                  port: ALERTMANAGER_GOSSIP_PORT,
                  targetPort: "gossip",
                  appProtocol: "tcp",
                },
              ]
            : []),
        ],
      },
    },
    { parent },
  );
}

interface AlertmanagerObjects {
  readonly config: k8s.core.v1.ConfigMap;
  readonly secrets: readonly SecretFile[];
  readonly serviceAccount: k8s.core.v1.ServiceAccount;
  readonly claims: readonly k8s.core.v1.PersistentVolumeClaim[];
  readonly pods: k8s.core.v1.Service;
}

function createStatefulSet(
  parent: Alertmanager,
  name: string,
  args: ComponentArgs,
  objects: AlertmanagerObjects,
): void {
  const { model, image, labelProxyImage, namespace } = args;
  const labels = { ...selectorLabels(ALERTMANAGER) };
  const annotations = {
    "prometheus.io/scrape": "true",
    "prometheus.io/port": String(ALERTMANAGER_PORT),
  };
  const inCluster = pulumi.interpolate`http://${ALERTMANAGER.name}.${namespace}.svc:${ALERTMANAGER_PORT}`;
  new k8s.apps.v1.StatefulSet(
    name,
    {
      metadata: metadata(args),
      spec: {
        replicas: model.replicas,
        serviceName: objects.pods.metadata.name,
        // None waits for another: each sends alone as long as there is no other.
        podManagementPolicy: "Parallel",
        selector: { matchLabels: labels },
        template: {
          metadata: { labels: objectLabels(ALERTMANAGER), annotations },
          spec: alertmanagerPod({
            image,
            ...(labelProxyImage !== undefined && { labelProxyImage }),
            labels,
            replicas: model.replicas,
            serviceAccount: objects.serviceAccount.metadata.name,
            configMap: objects.config.metadata.name,
            secrets: objects.secrets,
            externalUrl: args.externalUrl ?? inCluster,
          }),
        },
        volumeClaimTemplates: [{ metadata: { name: DATA, labels }, spec: claimSpec(args) }],
      },
    },
    {
      parent,
      dependsOn: [...objects.claims],
      // It cannot be changed, and need not: every claim is there before it is asked for.
      ignoreChanges: ["spec.volumeClaimTemplates"],
    },
  );
}

function createService(parent: Alertmanager, name: string, args: ComponentArgs): void {
  new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: metadata(args),
      spec: {
        selector: selectorLabels(ALERTMANAGER),
        ports: [
          { name: "http", port: ALERTMANAGER_PORT, targetPort: "http", appProtocol: "http" },
          ...(args.labelProxyImage === undefined
            ? []
            : [
                {
                  name: "tenants",
                  port: ALERTMANAGER_TENANT_PORT,
                  targetPort: "tenants",
                  appProtocol: "http",
                },
              ]),
        ],
      },
    },
    { parent },
  );
}
