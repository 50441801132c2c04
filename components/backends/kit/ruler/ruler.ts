import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../../../kit/checksum";
import { imageReference, type ImageArgs } from "../../../kit/images";
import { goMemoryLimit } from "../../../kit/go-memory";
import { CONFIG_HASH_ANNOTATION, objectLabels, selectorLabels } from "../../../kit/labels";
import { restrictedContainer, restrictedPod } from "../../../kit/pod-security";
import { toYaml } from "../../../kit/yaml";
import { rulerRole } from "../roles";
import { RULER_CONFIG_FILE, RULER_PATHS, rulerConfig, type RulerConfigArgs } from "./config";

const USER = 65_534;
/** A few queries each half minute, over few series. */
const RESOURCES = { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "1Gi" } };
/**
 * What rules record is in the bucket: here it only has to outlast an evaluation, and what is not
 * sent yet.
 */
const KEPT = "3h";

interface RulerArgs extends RulerConfigArgs {
  readonly cell: string;
  readonly namespace: pulumi.Input<string>;
  readonly images?: ImageArgs | undefined;
  readonly port: number;
  /** The rules, read again while it runs. */
  readonly rules: k8s.core.v1.ConfigMap;
}

/**
 * Evaluates the rules of a cell whose backend cannot do that over several tenants: a Prometheus
 * that scrapes nothing, asks the backend for series, and writes what rules record to it. After a
 * restart it knows from there since when an alert has been waiting.
 */
export class Ruler extends pulumi.ComponentResource {
  constructor(name: string, args: RulerArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:Ruler", name, {}, opts);
    const role = rulerRole(args.cell);
    const metadata = { name: role.instance, namespace: args.namespace, labels: objectLabels(role) };
    const text = toYaml(rulerConfig(args));
    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      {
        metadata: { ...metadata, annotations: { [CONFIG_HASH_ANNOTATION]: checksum(text) } },
        data: { [RULER_CONFIG_FILE]: text },
      },
      { parent: this },
    );
    new k8s.apps.v1.Deployment(
      name,
      {
        metadata,
        spec: {
          replicas: 1,
          // Two of them would each store what rules record.
          strategy: { type: "Recreate" },
          selector: { matchLabels: { ...selectorLabels(role) } },
          template: {
            metadata: { labels: metadata.labels, annotations: scraped(args.port) },
            spec: podSpec(args, config),
          },
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

function scraped(port: number) {
  return {
    "prometheus.io/scrape": "true",
    "prometheus.io/scheme": "http",
    "prometheus.io/port": String(port),
    "prometheus.io/path": "/prometheus/metrics",
  };
}

function podSpec(
  { images, port, rules }: RulerArgs,
  config: k8s.core.v1.ConfigMap,
): k8s.types.input.core.v1.PodSpec {
  const probe = (path: string) => ({
    httpGet: { path: `/prometheus/-/${path}`, port: "http" },
    timeoutSeconds: 5,
  });
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(USER),
    containers: [
      {
        name: "prometheus",
        image: imageReference("prometheus", images),
        args: rulerArguments(port, RULER_PATHS),
        env: [{ name: "GOMEMLIMIT", value: goMemoryLimit(2 ** 30) }],
        ports: [{ name: "http", containerPort: port }],
        startupProbe: { ...probe("ready"), periodSeconds: 2, failureThreshold: 60 },
        readinessProbe: { ...probe("ready"), periodSeconds: 5 },
        livenessProbe: { ...probe("healthy"), periodSeconds: 10, failureThreshold: 6 },
        resources: RESOURCES,
        securityContext: restrictedContainer,
        terminationMessagePolicy: "FallbackToLogsOnError",
        volumeMounts: [
          { name: "config", mountPath: RULER_PATHS.config, readOnly: true },
          { name: "rules", mountPath: RULER_PATHS.rules, readOnly: true },
          { name: "data", mountPath: RULER_PATHS.data },
        ],
      },
    ],
    volumes: [
      { name: "config", configMap: { name: config.metadata.name } },
      { name: "rules", configMap: { name: rules.metadata.name } },
      { name: "data", emptyDir: { sizeLimit: "1Gi" } },
    ],
  };
}

/** Its interface has the path that those of backends have. */
export function rulerArguments(
  port: number,
  paths: Readonly<Record<"config" | "data", string>>,
): string[] {
  return [
    `--config.file=${paths.config}/${RULER_CONFIG_FILE}`,
    "--config.auto-reload",
    "--config.auto-reload-interval=5s",
    `--storage.tsdb.path=${paths.data}`,
    `--storage.tsdb.retention.time=${KEPT}`,
    `--web.listen-address=:${port}`,
    "--web.route-prefix=/prometheus",
  ];
}
