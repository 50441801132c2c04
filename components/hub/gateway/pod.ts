import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import { apart } from "../../kit/pod-spread";
import { GATEWAY_FILES, GATEWAY_PATHS, GATEWAY_PORT, STATUS_PORT } from "./config";
import { RELOADER_BEAT_FILE, reloaderScript } from "./reloader";

/** User `nginx` of the unprivileged image. */
const USER = 101;
/** Load balancers and kube-proxy go on sending for a moment after a pod was told to stop. */
const DRAIN_SECONDS = 15;
/** Draining, then the requests that are under way (`worker_shutdown_timeout`), and a little more. */
const TERMINATION_SECONDS = DRAIN_SECONDS + 30 + 5;
const RELOAD_SECONDS = 5;

/** 0.09 CPU-seconds per million samples were seen: a core carries millions a second. Memory: a few MB of map, and bodies under way. */
const GATEWAY_RESOURCES = { requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "2", memory: "512Mi" } };
const RELOADER_RESOURCES = { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "100m", memory: "64Mi" } };

export interface GatewayPodArgs {
  readonly image: string;
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
    containers: [nginxContainer(args), reloaderContainer(args)],
    volumes: [
      {
        // One volume, so that configuration and certificates change together.
        name: "config",
        projected: {
          defaultMode: 0o440,
          sources: [{ configMap: { name: args.configMap } }, { secret: { name: args.certificates } }],
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
    command: ["nginx", "-e", "stderr", "-c", `${GATEWAY_PATHS.config}/${GATEWAY_FILES.config}`, "-g", "daemon off;"],
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
    volumeMounts: [
      { name: "config", mountPath: GATEWAY_PATHS.config, readOnly: true },
      { name: "run", mountPath: GATEWAY_PATHS.run },
      { name: "tmp", mountPath: GATEWAY_PATHS.temporary },
    ],
  };
}

function reloaderContainer({ image }: GatewayPodArgs): k8s.types.input.core.v1.Container {
  const beat = `${GATEWAY_PATHS.run}/${RELOADER_BEAT_FILE}`;
  return {
    name: "reloader",
    image,
    command: ["/bin/sh", "-c", reloaderScript({ paths: GATEWAY_PATHS }, RELOAD_SECONDS)],
    livenessProbe: {
      exec: { command: ["/bin/sh", "-c", `test -n "$(find ${beat} -mmin -1)"`] },
      initialDelaySeconds: 30,
      periodSeconds: 30,
      timeoutSeconds: 5,
    },
    resources: RELOADER_RESOURCES,
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "config", mountPath: GATEWAY_PATHS.config, readOnly: true },
      { name: "run", mountPath: GATEWAY_PATHS.run },
      { name: "tmp", mountPath: GATEWAY_PATHS.temporary },
    ],
  };
}
