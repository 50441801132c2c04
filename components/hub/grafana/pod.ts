import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { beatProbe } from "../../kit/beat-probe";
import { configVolume, type ConfigSource } from "../../kit/config-volume";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import { apart } from "../../kit/pod-spread";
import { CONFIG_FILE, GRAFANA_PATHS, GRAFANA_PORT, SECRET_FILES } from "./config";
import {
  BEAT_FILE,
  prepareScript,
  provisionerScript,
  READY_FILE,
  type ProvisionerModel,
} from "./provisioner";

/** User of the image. */
const USER = 472;
const TEMPORARY = "/tmp";
/**
 * Kubelet brings a changed ConfigMap within a minute or two, so a look every so often is enough.
 */
const ROUND_SECONDS = 15;

/**
 * Not measured here, where Grafana cannot be run; its plugins are a dozen processes of some 40 MiB.
 */
const RESOURCES = {
  requests: { cpu: "100m", memory: "512Mi" },
  limits: { cpu: "2", memory: "2Gi" },
};
const PROVISIONER_RESOURCES = {
  requests: { cpu: "10m", memory: "16Mi" },
  limits: { cpu: "100m", memory: "64Mi" },
};

interface GrafanaPodArgs {
  readonly image: string;
  readonly curlImage: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: pulumi.Input<string>;
  readonly config: pulumi.Input<string>;
  readonly datasources: readonly ConfigSource[];
  /** Dashboards, and what says who has them. */
  readonly dashboards: readonly ConfigSource[];
  readonly secrets: pulumi.Input<string>;
  /** Left out: sqlite is not used. */
  readonly claim?: pulumi.Input<string>;
  /** Secret with the certificate, where Grafana speaks TLS itself. */
  readonly tlsSecret?: pulumi.Input<string>;
  /** Where other pods of it answer, if their answer is needed. */
  readonly others?: string;
}

export function grafanaPod(args: GrafanaPodArgs): k8s.types.input.core.v1.PodSpec {
  const scheme = args.tlsSecret ? "https" : "http";
  const model = (host: string): ProvisionerModel => ({
    grafana: `${scheme}://${host}`,
    paths: GRAFANA_PATHS,
    temporary: TEMPORARY,
  });
  const prepare = prepareScript(model(args.others ?? ""), args.others !== undefined);
  const provision = provisionerScript(model(`127.0.0.1:${GRAFANA_PORT}`), ROUND_SECONDS);
  return {
    serviceAccountName: args.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 60,
    securityContext: restrictedPod(USER),
    affinity: apart(args.labels),
    initContainers: [curlContainer("prepare", args.curlImage, prepare)],
    containers: [
      grafanaContainer(args),
      {
        ...curlContainer("provisioner", args.curlImage, provision),
        readinessProbe: {
          exec: { command: ["test", "-f", `${TEMPORARY}/${READY_FILE}`] },
          periodSeconds: 5,
        },
        livenessProbe: beatProbe(`${TEMPORARY}/${BEAT_FILE}`, 5),
      },
    ],
    volumes: volumes(args),
  };
}

function grafanaContainer({ image, tlsSecret }: GrafanaPodArgs): k8s.types.input.core.v1.Container {
  const health = {
    httpGet: { path: "/api/health", port: "http", scheme: tlsSecret ? "HTTPS" : "HTTP" },
    timeoutSeconds: 5,
  };
  return {
    name: "grafana",
    image,
    env: [{ name: "GF_PATHS_CONFIG", value: `${GRAFANA_PATHS.config}/${CONFIG_FILE}` }],
    ports: [{ name: "http", containerPort: GRAFANA_PORT }],
    // The first start makes the database's tables: minutes on a slow disk.
    startupProbe: { ...health, periodSeconds: 5, failureThreshold: 120 },
    readinessProbe: { ...health, periodSeconds: 5 },
    livenessProbe: { ...health, periodSeconds: 10, failureThreshold: 6 },
    resources: RESOURCES,
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "config", mountPath: GRAFANA_PATHS.config, readOnly: true },
      { name: "secrets", mountPath: GRAFANA_PATHS.secrets, readOnly: true },
      ...(tlsSecret ? [{ name: "tls", mountPath: GRAFANA_PATHS.tls, readOnly: true }] : []),
      { name: "provisioning", mountPath: GRAFANA_PATHS.provisioning, readOnly: true },
      { name: "data", mountPath: GRAFANA_PATHS.data },
      // Sockets of its plugins.
      { name: "tmp", mountPath: TEMPORARY },
    ],
  };
}

function curlContainer(
  name: string,
  image: string,
  script: string,
): k8s.types.input.core.v1.Container {
  return {
    name,
    image,
    command: ["/bin/sh", "-c", script],
    resources: PROVISIONER_RESOURCES,
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "datasources", mountPath: GRAFANA_PATHS.datasources, readOnly: true },
      { name: "dashboards", mountPath: GRAFANA_PATHS.dashboards, readOnly: true },
      { name: "admin", mountPath: GRAFANA_PATHS.secrets, readOnly: true },
      { name: "provisioning", mountPath: GRAFANA_PATHS.provisioning },
      { name: "round", mountPath: TEMPORARY },
    ],
  };
}

function volumes({
  config,
  datasources,
  dashboards,
  secrets,
  claim,
  tlsSecret,
}: GrafanaPodArgs): k8s.types.input.core.v1.Volume[] {
  const secret = (...names: string[]) => ({
    secretName: secrets,
    defaultMode: 0o440,
    items: names.map((key) => ({ key, path: key })),
  });
  return [
    { name: "config", configMap: { name: config } },
    configVolume("datasources", datasources),
    configVolume("dashboards", dashboards),
    { name: "secrets", secret: { secretName: secrets, defaultMode: 0o440 } },
    { name: "admin", secret: secret(SECRET_FILES.curl) },
    ...(tlsSecret ? [{ name: "tls", secret: { secretName: tlsSecret, defaultMode: 0o440 } }] : []),
    claim === undefined
      ? { name: "data", emptyDir: { sizeLimit: "1Gi" } }
      : { name: "data", persistentVolumeClaim: { claimName: claim } },
    { name: "provisioning", emptyDir: { sizeLimit: "16Mi" } },
    { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
    { name: "round", emptyDir: { sizeLimit: "1Mi" } },
  ];
}
