import type * as k8s from "@pulumi/kubernetes";
import { restrictedContainer, restrictedPod } from "@heliograph/heliograph/model";
import type { Demo } from "./flows";
import { NGINX_CONFIG_FILE, NGINX_PATHS, STATUS_PORT, WEB_PORT } from "./nginx-config";

export const METRICS_PORT = 9113;

/** User `nginx` of the unprivileged image; the other programs have no wish of their own. */
const USER = 101;

export const podDefaults = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: restrictedPod(USER),
};

type Container = k8s.types.input.core.v1.Container;

export function nginxContainer(image: string, { https }: Demo): Container {
  const healthz = {
    httpGet: { path: "/healthz", port: "web", scheme: https ? "HTTPS" : "HTTP" },
    timeoutSeconds: 5,
  };
  return {
    name: "nginx",
    image,
    command: [
      "nginx",
      "-e",
      "stderr",
      "-c",
      `${NGINX_PATHS.config}/${NGINX_CONFIG_FILE}`,
      "-g",
      "daemon off;",
    ],
    ports: [{ name: "web", containerPort: WEB_PORT }],
    resources: {
      requests: { cpu: "10m", memory: "16Mi" },
      limits: { cpu: "200m", memory: "64Mi" },
    },
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "config", mountPath: NGINX_PATHS.config, readOnly: true },
      { name: "tmp", mountPath: NGINX_PATHS.tmp },
      ...(https
        ? [{ name: "certificate", mountPath: NGINX_PATHS.certificate, readOnly: true }]
        : []),
    ],
    livenessProbe: { ...healthz, periodSeconds: 30 },
    readinessProbe: { ...healthz, periodSeconds: 5 },
  };
}

/**
 * NGINX counts; this says it in Prometheus' words. It asks over the pod's loopback, where the
 * counters are shown to nobody else.
 */
export function exporterContainer(image: string): Container {
  const landingPage = { httpGet: { path: "/", port: "metrics" }, timeoutSeconds: 5 };
  return {
    name: "exporter",
    image,
    args: [
      `--nginx.scrape-uri=http://127.0.0.1:${STATUS_PORT}/stub_status`,
      `--web.listen-address=:${METRICS_PORT}`,
    ],
    ports: [{ name: "metrics", containerPort: METRICS_PORT }],
    resources: {
      requests: { cpu: "10m", memory: "16Mi" },
      limits: { cpu: "100m", memory: "64Mi" },
    },
    securityContext: restrictedContainer,
    livenessProbe: { ...landingPage, periodSeconds: 30 },
    readinessProbe: { ...landingPage, periodSeconds: 5 },
  };
}
