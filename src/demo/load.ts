import type * as k8s from "@pulumi/kubernetes";
import { restrictedContainer } from "../../components/kit/pod-security";
import { hostOf, type Demo } from "./flows";
import { NGINX_PATHS } from "./nginx-config";

const PER_SECOND = 2;
/** More requests than anybody waits for: 15 years. When curl is through, its container starts again. */
const REQUESTS = 1_000_000_000;

/** curl alone, without a shell: it counts through the addresses at a steady rate, with a new connection each, and goes on after failures. */
export function loadContainer(image: string, demo: Demo): k8s.types.input.core.v1.Container {
  const { https } = demo;
  const url = `${https ? "https" : "http"}://${hostOf(demo)}`;
  const options = [
    ...["--silent", "--show-error", "--fail", "--output", "/dev/null", "--max-time", "5"],
    ...(https ? ["--cacert", `${NGINX_PATHS.certificate}/tls.crt`] : []),
  ];
  return {
    name: "curl",
    image,
    command: [
      "curl",
      ...options,
      ...["--rate", `${PER_SECOND}/s`, "--header", "Connection: close"],
      `${url}/?request=[1-${REQUESTS}]`,
    ],
    resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "200m", memory: "64Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: https ? [{ name: "certificate", mountPath: NGINX_PATHS.certificate, readOnly: true }] : [],
    // Ready while what it loads can be reached, by name and with a certificate that fits.
    readinessProbe: {
      exec: { command: ["curl", ...options, `${url}/healthz`] },
      periodSeconds: 30,
      timeoutSeconds: 6,
    },
  };
}
