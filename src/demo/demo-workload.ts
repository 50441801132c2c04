import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type ImageArgs, networkPolicies, restrictedNamespace } from "@heliograph/heliograph";
import {
  checksum,
  CONFIG_HASH_ANNOTATION,
  imageReference,
  objectLabels,
  selectorLabels,
} from "@heliograph/heliograph/model";
import { createCertificate } from "./certificate";
import { demoFlows, loadRole, type Demo } from "./flows";
import { NGINX_CONFIG_FILE, nginxConfig, WEB_PORT } from "./nginx-config";
import { exporterContainer, METRICS_PORT, nginxContainer, podDefaults } from "./pod";
import { SHOP_FILE, shopContainers, shopScript } from "./shop-containers";

interface DemoWorkloadArgs extends Demo {
  readonly images: ImageArgs;
  /**
   * URL of the collector that traces of the load are sent to (OTLP over HTTP). Left out: there are
   * none.
   */
  readonly traces?: pulumi.Input<string>;
}

/** What NGINX starts with, and what a change of it makes of the pod's template. */
interface StartUp {
  readonly config: k8s.core.v1.ConfigMap;
  readonly certificate?: k8s.core.v1.Secret;
  readonly hash: pulumi.Input<string>;
}

/**
 * NGINX with an exporter of its request counters beside it, and a shop of two services that ask it
 * for something twice a second.
 */
export class DemoWorkload extends pulumi.ComponentResource {
  constructor(name: string, args: DemoWorkloadArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:demo:DemoWorkload", name, {}, opts);
    const child = { parent: this };
    const namespace = restrictedNamespace(`${name}-namespace`, args.namespace, child);
    // The flows name the namespace as text, from which Pulumi cannot tell that it has to be there
    // first.
    networkPolicies(`${name}-policy`, args.namespace, demoFlows(args, args.traces !== undefined), {
      ...child,
      dependsOn: namespace,
    });

    const startUp = createStartUp(this, name, args, namespace.metadata.name);
    createServer(this, name, args, namespace.metadata.name, startUp);
    createService(this, name, args, namespace.metadata.name);
    createLoad(this, name, args, namespace.metadata.name, startUp);
    this.registerOutputs({});
  }
}

function createStartUp(
  parent: DemoWorkload,
  name: string,
  demo: DemoWorkloadArgs,
  namespace: pulumi.Input<string>,
): StartUp {
  const labels = objectLabels({ name: demo.app });
  const text = nginxConfig(demo);
  const config = new k8s.core.v1.ConfigMap(
    `${name}-config`,
    { metadata: { name: demo.app, namespace, labels }, data: { [NGINX_CONFIG_FILE]: text } },
    { parent },
  );
  if (!demo.https) return { config, hash: checksum(text) };
  const { secret, certificate } = createCertificate(name, demo, namespace, { parent });
  return { config, certificate: secret, hash: certificate.apply((pem) => checksum(text, pem)) };
}

function createServer(
  parent: DemoWorkload,
  name: string,
  demo: DemoWorkloadArgs,
  namespace: pulumi.Input<string>,
  { config, certificate, hash }: StartUp,
): void {
  const role = { name: demo.app };
  new k8s.apps.v1.Deployment(
    name,
    {
      metadata: { name: demo.app, namespace, labels: objectLabels(role) },
      spec: {
        replicas: 1,
        selector: { matchLabels: selectorLabels(role) },
        template: {
          metadata: {
            labels: objectLabels(role),
            annotations: {
              "prometheus.io/scrape": "true",
              "prometheus.io/port": String(METRICS_PORT),
              [CONFIG_HASH_ANNOTATION]: hash,
            },
          },
          spec: {
            ...podDefaults,
            containers: [
              nginxContainer(imageReference("nginx", demo.images), demo),
              exporterContainer(imageReference("nginxExporter", demo.images)),
            ],
            volumes: [
              { name: "config", configMap: { name: config.metadata.name } },
              { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
              ...(certificate
                ? [
                    {
                      name: "certificate",
                      secret: { secretName: certificate.metadata.name, defaultMode: 0o440 },
                    },
                  ]
                : []),
            ],
          },
        },
      },
    },
    { parent },
  );
}

function createService(
  parent: DemoWorkload,
  name: string,
  { app, https }: DemoWorkloadArgs,
  namespace: pulumi.Input<string>,
): void {
  new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: { name: app, namespace, labels: objectLabels({ name: app }) },
      spec: {
        selector: selectorLabels({ name: app }),
        ports: [{ name: https ? "https" : "http", port: https ? 443 : 80, targetPort: WEB_PORT }],
      },
    },
    { parent },
  );
}

function createLoad(
  parent: DemoWorkload,
  name: string,
  demo: DemoWorkloadArgs,
  namespace: pulumi.Input<string>,
  { certificate, hash }: StartUp,
): void {
  const role = loadRole(demo);
  const metadata = { name: role.name, namespace, labels: objectLabels(role) };
  const script = shopScript();
  const config = new k8s.core.v1.ConfigMap(
    `${name}-load-script`,
    { metadata, data: { [SHOP_FILE]: script } },
    { parent },
  );
  const startUpHash = pulumi.output(hash).apply((each) => checksum(each, script));
  new k8s.apps.v1.Deployment(
    `${name}-load`,
    {
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: selectorLabels(role) },
        template: {
          metadata: {
            labels: objectLabels(role),
            annotations: { [CONFIG_HASH_ANNOTATION]: startUpHash },
          },
          spec: {
            ...podDefaults,
            containers: shopContainers(imageReference("node", demo.images), demo, demo.traces),
            volumes: [
              { name: "shop", configMap: { name: config.metadata.name } },
              ...(certificate
                ? [
                    {
                      name: "certificate",
                      // The certificate alone: the key is the server's.
                      secret: {
                        secretName: certificate.metadata.name,
                        items: [{ key: "tls.crt", path: "tls.crt" }],
                      },
                    },
                  ]
                : []),
            ],
          },
        },
      },
    },
    { parent },
  );
}
