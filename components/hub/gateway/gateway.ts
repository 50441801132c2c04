import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { GATEWAY_PORT } from "../../contract/places";
import { createDisruptionBudget } from "../../kit/disruption-budget";
import { CONFIG_HASH_ANNOTATION, objectLabels, selectorLabels } from "../../kit/labels";
import { GATEWAY } from "../roles";
import type { HubGatewayArgs } from "../args";
import {
  COUNTER_PORT,
  gatewayConfig,
  GATEWAY_FILES,
  GATEWAY_PATHS,
  REQUESTS_PORT,
  STATUS_PORT,
  type GatewayClient,
  type GatewayConfig,
  type KnownClient,
} from "./config";
import type { CellUpstreams } from "./locations";
import { gatewayPod } from "./pod";
import { WAYS_IN } from "./write-paths";

export const DEFAULT_PORT = 443;
const DEFAULT_REPLICAS = 2;

export interface GatewayArgs extends HubGatewayArgs {
  readonly namespace: pulumi.Input<string>;
  /** Who may write: the inventory, without the revoked. */
  readonly clients: readonly GatewayClient[];
  readonly revoked: readonly KnownClient[];
  /** Where each cell stores. */
  readonly cells: Readonly<Record<string, pulumi.Input<CellUpstreams>>>;
  readonly image: string;
  readonly counterImage: string;
}

/**
 * The only way into the hub for edges: NGINX with mutual TLS. It takes the tenant from the client certificate, and what changes with the inventory is
 * loaded without a restart.
 */
export class Gateway extends pulumi.ComponentResource {
  constructor(name: string, args: GatewayArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:Gateway", name, {}, opts);
    const certificates = createCertificates(this, name, args);
    const config = createConfig(this, name, args, certificates);
    const serviceAccount = createServiceAccount(this, name, args);
    createDeployment(this, name, args, { certificates, config, serviceAccount });
    createService(this, name, args);
    createRequestsService(this, name, args);
    if ((args.replicas ?? DEFAULT_REPLICAS) > 1)
      createDisruptionBudget(name, { metadata: metadata(args), role: GATEWAY }, { parent: this });
    this.registerOutputs({});
  }
}

function metadata({ namespace }: GatewayArgs, suffix = "") {
  return { name: `gateway${suffix}`, namespace, labels: objectLabels(GATEWAY) };
}

function createCertificates(parent: Gateway, name: string, args: GatewayArgs): k8s.core.v1.Secret {
  return new k8s.core.v1.Secret(
    `${name}-certificates`,
    {
      metadata: metadata(args, "-certificates"),
      stringData: {
        [GATEWAY_FILES.serverCertificate]: args.serverCertificate,
        [GATEWAY_FILES.serverKey]: pulumi.secret(args.serverPrivateKey),
        [GATEWAY_FILES.clientTrust]: trustFile(args),
      },
    },
    { parent },
  );
}

function trustFile({ clientTrustBundle }: GatewayArgs): pulumi.Output<string> {
  return pulumi
    .output(clientTrustBundle)
    .apply((bundle) => bundle.map((pem) => `${pem.trim()}\n`).join(""));
}

function createConfig(
  parent: Gateway,
  name: string,
  args: GatewayArgs,
  certificates: k8s.core.v1.Secret,
): k8s.core.v1.ConfigMap {
  const config = pulumi
    .all([pulumi.output(args.cells), args.serverCertificate, trustFile(args)])
    .apply(([cells, certificate, trust]): GatewayConfig => {
      const { clients, revoked } = args;
      const ports = { gateway: GATEWAY_PORT, status: STATUS_PORT, counter: COUNTER_PORT };
      const model = { clients, revoked, cells, writePaths: WAYS_IN, ports, paths: GATEWAY_PATHS };
      return gatewayConfig(model, [certificate, trust]);
    });
  const annotations = { [CONFIG_HASH_ANNOTATION]: config.hash };
  return new k8s.core.v1.ConfigMap(
    `${name}-config`,
    { metadata: { ...metadata(args), annotations }, data: { [GATEWAY_FILES.config]: config.text } },
    // The hash in it speaks for the certificates too, so they have to be there first.
    { parent, dependsOn: certificates },
  );
}

function createServiceAccount(
  parent: Gateway,
  name: string,
  args: GatewayArgs,
): k8s.core.v1.ServiceAccount {
  return new k8s.core.v1.ServiceAccount(
    `${name}-service-account`,
    { metadata: metadata(args), automountServiceAccountToken: false },
    { parent },
  );
}

interface Surroundings {
  readonly certificates: k8s.core.v1.Secret;
  readonly config: k8s.core.v1.ConfigMap;
  readonly serviceAccount: k8s.core.v1.ServiceAccount;
}

function createDeployment(
  parent: Gateway,
  name: string,
  args: GatewayArgs,
  around: Surroundings,
): void {
  const labels = { ...selectorLabels(GATEWAY) };
  const annotations = {
    "prometheus.io/scrape": "true",
    "prometheus.io/scheme": "http",
    "prometheus.io/port": String(STATUS_PORT),
    "prometheus.io/path": "/metrics",
  };
  new k8s.apps.v1.Deployment(
    name,
    {
      metadata: metadata(args),
      spec: {
        replicas: args.replicas ?? DEFAULT_REPLICAS,
        selector: { matchLabels: labels },
        // A new pod is there before an old one goes.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          metadata: { labels: objectLabels(GATEWAY), annotations },
          spec: gatewayPod({
            image: args.image,
            counterImage: args.counterImage,
            labels,
            serviceAccount: around.serviceAccount.metadata.name,
            configMap: around.config.metadata.name,
            certificates: around.certificates.metadata.name,
          }),
        },
      },
    },
    { parent },
  );
}

function createService(parent: Gateway, name: string, args: GatewayArgs): void {
  const { serviceType = "LoadBalancer", nodePort, serviceAnnotations, port = DEFAULT_PORT } = args;
  new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: { ...metadata(args), annotations: serviceAnnotations },
      spec: {
        type: serviceType,
        selector: selectorLabels(GATEWAY),
        ports: [{ name: "gateway", port, targetPort: "gateway", nodePort }],
        // Local keeps the client's address in the log, and a load balancer asks each node whether it has a pod. Edges that go to a node
        // by its address have nobody who asks, so there every node has to answer.
        externalTrafficPolicy: { LoadBalancer: "Local", NodePort: "Cluster", ClusterIP: undefined }[
          serviceType
        ],
      },
    },
    { parent },
  );
}

/** A pod names one port to be scraped, and that is NGINX's; what the counter shows is found through this Service, pod by pod. */
function createRequestsService(parent: Gateway, name: string, args: GatewayArgs): void {
  const annotations = {
    "prometheus.io/scrape": "true",
    "prometheus.io/port": String(REQUESTS_PORT),
  };
  new k8s.core.v1.Service(
    `${name}-requests`,
    {
      metadata: { ...metadata(args, "-requests"), annotations },
      spec: {
        clusterIP: "None",
        selector: selectorLabels(GATEWAY),
        ports: [{ name: "requests", port: REQUESTS_PORT, targetPort: "requests" }],
      },
    },
    { parent },
  );
}
