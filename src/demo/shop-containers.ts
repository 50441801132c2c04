import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { restrictedContainer } from "@heliograph/heliograph/model";
import { hostOf, type Demo } from "./flows";
import { NGINX_PATHS } from "./nginx-config";

export const SHOP_FILE = "shop.mjs";
const SHOP_FOLDER = "/etc/heliograph-shop";

/** The program of the load, a script of Node's. */
export const shopScript = (): string => readFileSync(join(__dirname, SHOP_FILE), "utf8");

const PORTS = { storefront: 8080, checkout: 8081 };
type Service = keyof typeof PORTS;

/**
 * The storefront asks the checkout, which asks the workload. `traces`: URL of the collector that
 * their spans go to, if to any.
 */
export function shopContainers(
  image: string,
  demo: Demo,
  traces?: pulumi.Input<string>,
): k8s.types.input.core.v1.Container[] {
  const workload = `${demo.https ? "https" : "http"}://${hostOf(demo)}`;
  return [
    shopContainer(
      "storefront",
      image,
      demo,
      { UPSTREAM_URL: `http://127.0.0.1:${PORTS.checkout}` },
      traces,
    ),
    shopContainer("checkout", image, demo, { UPSTREAM_URL: workload, ...trust(demo) }, traces),
  ];
}

/** Whom Node trusts beside the authorities that it knows. */
function trust({ https }: Demo): Record<string, string> {
  return https ? { NODE_EXTRA_CA_CERTS: `${NGINX_PATHS.certificate}/tls.crt` } : {};
}

function shopContainer(
  name: Service,
  image: string,
  { https }: Demo,
  env: Record<string, string>,
  traces: pulumi.Input<string> | undefined,
): k8s.types.input.core.v1.Container {
  const all = {
    ...env,
    PORT: String(PORTS[name]),
    ...(traces && { OTEL_EXPORTER_OTLP_ENDPOINT: traces }),
  };
  return {
    name,
    image,
    // As little memory as it takes: left alone, Node waits with its collection of garbage.
    command: [
      "node",
      "--max-old-space-size=32",
      "--max-semi-space-size=1",
      `${SHOP_FOLDER}/${SHOP_FILE}`,
      name,
    ],
    env: Object.entries(all).map(([key, value]) => ({ name: key, value })),
    ports: [{ name, containerPort: PORTS[name] }],
    resources: {
      requests: { cpu: "10m", memory: "48Mi" },
      limits: { cpu: "200m", memory: "96Mi" },
    },
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "shop", mountPath: SHOP_FOLDER, readOnly: true },
      ...(https
        ? [{ name: "certificate", mountPath: NGINX_PATHS.certificate, readOnly: true }]
        : []),
    ],
    // Ready while the workload can be reached, by name and with a certificate that fits.
    readinessProbe: {
      httpGet: { path: "/healthz", port: name },
      periodSeconds: 10,
      timeoutSeconds: 6,
    },
  };
}
