import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { GATEWAY_PORT } from "../../contract/cluster-names";
import { beatProbe } from "../../kit/beat-probe";
import { nginxArguments } from "../../kit/nginx";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import { apart } from "../../kit/pod-spread";
import { COUNTER_PORT, GATEWAY_FILES, GATEWAY_PATHS, REQUESTS_PORT, STATUS_PORT } from "./config";
import { RELOADER_BEAT_FILE, reloaderScript } from "./reloader";

/** User `nginx` of the unprivileged image. */
const USER = 101;
/** Load balancers and kube-proxy go on sending for a moment after a pod was told to stop. */
const DRAIN_SECONDS = 15;
/**
 * Draining, then the requests that are under way (`worker_shutdown_timeout`), and a little more.
 */
const TERMINATION_SECONDS = DRAIN_SECONDS + 30 + 5;
const RELOAD_SECONDS = 5;

/**
 * 0.09 CPU-seconds per million samples were seen: a core carries millions a second. Memory: a few
 * MB of map, and bodies under way.
 */
const GATEWAY_RESOURCES = {
  requests: { cpu: "100m", memory: "64Mi" },
  limits: { cpu: "2", memory: "512Mi" },
};
/** 13 MB were seen; its series are bounded by the inventory. */
const COUNTER_RESOURCES = {
  requests: { cpu: "10m", memory: "24Mi" },
  limits: { cpu: "200m", memory: "64Mi" },
};
const RELOADER_RESOURCES = {
  requests: { cpu: "10m", memory: "16Mi" },
  limits: { cpu: "100m", memory: "64Mi" },
};

/** NGINX and the reloader see the same folders. */
const NGINX_MOUNTS = [
  { name: "config", mountPath: GATEWAY_PATHS.config, readOnly: true },
  { name: "run", mountPath: GATEWAY_PATHS.run },
  { name: "tmp", mountPath: GATEWAY_PATHS.temporary },
];

interface GatewayPodArgs {
  readonly image: pulumi.Input<string>;
  readonly counterImage: pulumi.Input<string>;
  readonly labels: Record<string, string>;
  readonly serviceAccount: pulumi.Input<string>;
  readonly configMap: pulumi.Input<string>;
  readonly certificates: pulumi.Input<string>;
}

export function gatewayPod(args: GatewayPodArgs): k8s.types.input.core.v1.PodSpec {
  return {
    serviceAccountName: args.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // The reloader signals NGINX.
    shareProcessNamespace: true,
    terminationGracePeriodSeconds: TERMINATION_SECONDS,
    securityContext: restrictedPod(USER),
    affinity: apart(args.labels),
    containers: [nginxContainer(args), reloaderContainer(args), counterContainer(args)],
    volumes: [
      {
        // One volume, so that configuration and certificates change together.
        name: "config",
        projected: {
          defaultMode: 0o440,
          sources: [
            { configMap: { name: args.configMap } },
            { secret: { name: args.certificates } },
          ],
        },
      },
      { name: "run", emptyDir: { sizeLimit: "1Mi" } },
      { name: "tmp", emptyDir: { sizeLimit: "2Gi" } },
    ],
  };
}

function nginxContainer({ image }: GatewayPodArgs): k8s.types.input.core.v1.Container {
  // Five seconds: a busy node is no reason to take the way in away.
  const healthz = { httpGet: { path: "/healthz", port: "status" }, timeoutSeconds: 5 };
  return {
    name: "nginx",
    image,
    command: ["nginx", ...nginxArguments(`${GATEWAY_PATHS.config}/${GATEWAY_FILES.config}`)],
    ports: [
      { name: "gateway", containerPort: GATEWAY_PORT },
      { name: "status", containerPort: STATUS_PORT },
    ],
    startupProbe: { ...healthz, periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { ...healthz, periodSeconds: 5 },
    livenessProbe: { ...healthz, periodSeconds: 10, failureThreshold: 6 },
    lifecycle: { preStop: { exec: { command: ["sleep", String(DRAIN_SECONDS)] } } },
    resources: GATEWAY_RESOURCES,
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: NGINX_MOUNTS,
  };
}

function reloaderContainer({ image }: GatewayPodArgs): k8s.types.input.core.v1.Container {
  return {
    name: "reloader",
    image,
    command: ["/bin/sh", "-c", reloaderScript({ paths: GATEWAY_PATHS }, RELOAD_SECONDS)],
    livenessProbe: beatProbe(`${GATEWAY_PATHS.run}/${RELOADER_BEAT_FILE}`, 1),
    resources: RELOADER_RESOURCES,
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: NGINX_MOUNTS,
  };
}

/**
 * Counts what NGINX tells it of each request. The pod is ready only while each of its containers
 * runs, so the program is started again inside of its container: whatever happens to it, the way in
 * stays open.
 */
function counterContainer({ counterImage }: GatewayPodArgs): k8s.types.input.core.v1.Container {
  return {
    name: "counter",
    image: counterImage,
    command: [
      "/bin/sh",
      "-c",
      `while :; do /bin/statsd_exporter ${counterFlags().join(" ")}; sleep 5; done`,
    ],
    ports: [{ name: "requests", containerPort: REQUESTS_PORT }],
    livenessProbe: {
      httpGet: { path: "/-/healthy", port: "requests" },
      periodSeconds: 30,
      timeoutSeconds: 5,
      failureThreshold: 10,
    },
    resources: COUNTER_RESOURCES,
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/** Only the pod itself is listened to, and only in the one form that NGINX uses. */
export function counterFlags(
  ports = { counter: COUNTER_PORT, requests: `:${REQUESTS_PORT}` },
): string[] {
  return [
    `--statsd.listen-udp=127.0.0.1:${ports.counter}`,
    "--statsd.listen-tcp=",
    `--web.listen-address=${ports.requests}`,
    "--no-statsd.parse-influxdb-tags",
    "--no-statsd.parse-librato-tags",
    "--no-statsd.parse-signalfx-tags",
  ];
}
