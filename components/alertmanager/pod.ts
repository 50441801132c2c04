import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { TENANT_HEADER } from "../backends/kit/architecture";
import { beatProbe } from "../kit/beat-probe";
import { restrictedContainer, restrictedPod } from "../kit/pod-security";
import { apart } from "../kit/pod-spread";
import { ALERTMANAGER_FILE, ALERTMANAGER_PATHS } from "./config";
import { RETENTION } from "./issues";
import { CONDITION_LABELS } from "./model";
import {
  ALERTMANAGER,
  ALERTMANAGER_GOSSIP_PORT,
  ALERTMANAGER_PORT,
  ALERTMANAGER_TENANT_PORT,
  podHost,
} from "./ports";
import { RELOADER_BEAT_FILE, reloaderScript } from "./reloader";
import { toSeconds, withoutDays } from "../kit/duration";

/** User `nobody` of the image. */
const USER = 65_534;
/** Kubelet brings a changed ConfigMap within a minute or two. */
const RELOAD_SECONDS = 5;
const TEMPORARY = "/tmp";
export const DATA = "data";

/** 37 MiB were seen at rest. Alerts are some KiB each: thousands of them fit. */
const RESOURCES = {
  requests: { cpu: "50m", memory: "64Mi" },
  limits: { cpu: "1", memory: "512Mi" },
};
const RELOADER_RESOURCES = {
  requests: { cpu: "10m", memory: "32Mi" },
  limits: { cpu: "200m", memory: "96Mi" },
};

/** 13 MiB were seen. It keeps nothing. */
const LABEL_PROXY_RESOURCES = {
  requests: { cpu: "10m", memory: "32Mi" },
  limits: { cpu: "200m", memory: "128Mi" },
};

/** A key of a Secret, and the file in which the pod has it. */
export interface SecretFile {
  readonly secret: pulumi.Input<string>;
  readonly key: string;
  readonly file: string;
}

interface AlertmanagerPodArgs {
  readonly image: string;
  /** Given where tenants see their alerts. */
  readonly labelProxyImage?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly replicas: number;
  readonly serviceAccount: pulumi.Input<string>;
  readonly configMap: pulumi.Input<string>;
  readonly secrets: readonly SecretFile[];
  readonly externalUrl: pulumi.Input<string>;
}

export function alertmanagerPod(args: AlertmanagerPodArgs): k8s.types.input.core.v1.PodSpec {
  return {
    serviceAccountName: args.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 60,
    securityContext: restrictedPod(USER),
    ...(args.replicas > 1 && { affinity: apart(args.labels) }),
    containers: [
      alertmanagerContainer(args),
      reloaderContainer(args),
      ...(args.labelProxyImage === undefined ? [] : [labelProxyContainer(args.labelProxyImage)]),
    ],
    volumes: [
      { name: "config", configMap: { name: args.configMap } },
      {
        name: "secrets",
        projected: {
          defaultMode: 0o440,
          sources: args.secrets.map(({ secret, key, file }) => ({
            secret: { name: secret, items: [{ key, path: file }] },
          })),
        },
      },
      { name: "tmp", emptyDir: { sizeLimit: "1Mi" } },
    ],
  };
}

function alertmanagerContainer(args: AlertmanagerPodArgs): k8s.types.input.core.v1.Container {
  return {
    name: ALERTMANAGER.name,
    image: args.image,
    args: [
      ...alertmanagerFlags(args.replicas, {
        config: ALERTMANAGER_PATHS.config,
        data: ALERTMANAGER_PATHS.data,
        listen: `:${ALERTMANAGER_PORT}`,
        gossip: `0.0.0.0:${ALERTMANAGER_GOSSIP_PORT}`,
        advertise: `$(POD_IP):${ALERTMANAGER_GOSSIP_PORT}`,
        peers: Array.from(
          { length: args.replicas },
          (_, pod) => `${podHost(pod)}:${ALERTMANAGER_GOSSIP_PORT}`,
        ),
      }),
      "--web.external-url=$(EXTERNAL_URL)",
    ],
    env: [
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      { name: "EXTERNAL_URL", value: args.externalUrl },
    ],
    ports: [
      { name: "http", containerPort: ALERTMANAGER_PORT },
      ...(args.replicas > 1
        ? [
            { name: "gossip", containerPort: ALERTMANAGER_GOSSIP_PORT },
            { name: "gossip-udp", containerPort: ALERTMANAGER_GOSSIP_PORT, protocol: "UDP" },
          ]
        : []),
    ],
    startupProbe: { ...probe("/-/ready"), periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...probe("/-/ready"), periodSeconds: 5 },
    livenessProbe: { ...probe("/-/healthy"), periodSeconds: 10, failureThreshold: 6 },
    resources: RESOURCES,
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "config", mountPath: ALERTMANAGER_PATHS.config, readOnly: true },
      { name: "secrets", mountPath: ALERTMANAGER_PATHS.secrets, readOnly: true },
      { name: DATA, mountPath: ALERTMANAGER_PATHS.data },
    ],
  };
}

interface Listening {
  readonly config: string;
  readonly data: string;
  readonly listen: string;
  /** Where it listens for the others, and where they find it. */
  readonly gossip: string;
  readonly advertise: string;
  /** Every one of them, itself too: it knows itself. */
  readonly peers: readonly string[];
}

/**
 * Which silences there are, and what was sent, they tell each other. The label keeps them apart
 * from other Alertmanagers, whose addresses may be theirs one day.
 */
export function alertmanagerFlags(replicas: number, at: Listening): string[] {
  return [
    `--config.file=${at.config}/${ALERTMANAGER_FILE}`,
    `--storage.path=${at.data}`,
    `--data.retention=${withoutDays(toSeconds(RETENTION))}`,
    `--web.listen-address=${at.listen}`,
    "--auto-gomemlimit",
    "--log.format=json",
    // `verify` counts what one of them was sent; alerts on failures can say whom nobody tells.
    "--enable-feature=receiver-name-in-metrics",
    ...(replicas > 1
      ? [
          `--cluster.listen-address=${at.gossip}`,
          `--cluster.advertise-address=${at.advertise}`,
          "--cluster.label=heliograph",
          ...at.peers.map((peer) => `--cluster.peer=${peer}`),
        ]
      : ["--cluster.listen-address="]),
  ];
}

function reloaderContainer({ image }: AlertmanagerPodArgs): k8s.types.input.core.v1.Container {
  const { config } = ALERTMANAGER_PATHS;
  const alertmanager = `127.0.0.1:${ALERTMANAGER_PORT}`;
  return {
    name: "reloader",
    image,
    command: [
      "/bin/sh",
      "-c",
      reloaderScript({ config, temporary: TEMPORARY, alertmanager }, RELOAD_SECONDS),
    ],
    livenessProbe: beatProbe(`${TEMPORARY}/${RELOADER_BEAT_FILE}`, 1),
    resources: RELOADER_RESOURCES,
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "config", mountPath: config, readOnly: true },
      { name: "tmp", mountPath: TEMPORARY },
    ],
  };
}

/**
 * Puts the tenant of the header into each request for alerts and silences, and passes nothing else
 * on. Without the header it refuses. Not part of readiness: alerts are sent without it.
 */
function labelProxyContainer(image: string): k8s.types.input.core.v1.Container {
  return {
    name: "label-proxy",
    image,
    args: labelProxyFlags({
      listen: `:${ALERTMANAGER_TENANT_PORT}`,
      alertmanager: `127.0.0.1:${ALERTMANAGER_PORT}`,
    }),
    ports: [{ name: "tenants", containerPort: ALERTMANAGER_TENANT_PORT }],
    livenessProbe: {
      httpGet: { path: "/healthz", port: "tenants" },
      timeoutSeconds: 5,
      periodSeconds: 10,
      failureThreshold: 6,
    },
    resources: LABEL_PROXY_RESOURCES,
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/** @param at Hosts and ports. */
export function labelProxyFlags(at: {
  readonly listen: string;
  readonly alertmanager: string;
}): string[] {
  return [
    `-insecure-listen-address=${at.listen}`,
    `-upstream=http://${at.alertmanager}`,
    `-label=${CONDITION_LABELS.tenants}`,
    `-header-name=${TENANT_HEADER}`,
  ];
}

function probe(path: string) {
  return { httpGet: { path, port: "http" }, timeoutSeconds: 5 };
}
