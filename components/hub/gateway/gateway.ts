import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { GATEWAY_PORT } from "../../contract/cluster-names";
import { createDisruptionBudget } from "../../kit/disruption-budget";
import { CONFIG_HASH_ANNOTATION, objectLabels, selectorLabels } from "../../kit/labels";
import { GATEWAY } from "../roles";
import { checkedInput, mapInput } from "../../kit/inputs";
import { podsOptions } from "../../kit/pods";
import { DEFAULT_PORT, DEFAULT_REPLICAS, gatewayFields, type HubGatewayArgs } from "./args";
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
import { ingestLocations } from "./ingest";
import type { CellUpstreams } from "./locations";
import { gatewayPod } from "./pod";

interface GatewayArgs extends HubGatewayArgs {
  readonly namespace: pulumi.Input<string>;
  /** Edges that may write: the inventory, without the revoked ones. */
  readonly clients: readonly GatewayClient[];
  readonly revoked: readonly KnownClient[];
  readonly cells: Readonly<Record<string, pulumi.Input<CellUpstreams>>>;
  readonly image: pulumi.Input<string>;
  readonly counterImage: pulumi.Input<string>;
}

/**
 * The only way into the hub for edges: NGINX with mutual TLS. It takes the tenant from the client
 * certificate, and loads changes of the inventory without a restart.
 */
export class Gateway extends pulumi.ComponentResource {
  /** Name or IP address of the load balancer. Empty with another type of Service, and before. */
  readonly loadBalancer: pulumi.Output<string>;
  readonly serviceAccount: pulumi.Output<string>;

  constructor(name: string, args: GatewayArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:Gateway", name, {}, podsOptions(args.pods, opts));
    const certificates = createCertificates(this, name, args);
    const config = createConfig(this, name, args, certificates);
    const serviceAccount = createServiceAccount(this, name, args);
    createDeployment(this, name, args, { certificates, config, serviceAccount });
    this.loadBalancer = addressOf(createService(this, name, args));
    this.serviceAccount = serviceAccount.metadata.name;
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
      const locations = ingestLocations();
      const model = { clients, revoked, cells, locations, ports, paths: GATEWAY_PATHS };
      return gatewayConfig(model, [certificate, trust]);
    });
  const annotations = { [CONFIG_HASH_ANNOTATION]: config.hash };
  return new k8s.core.v1.ConfigMap(
    `${name}-config`,
    { metadata: { ...metadata(args), annotations }, data: { [GATEWAY_FILES.config]: config.text } },
    // Its hash covers the certificates too, so they have to be there first.
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

interface GatewayObjects {
  readonly certificates: k8s.core.v1.Secret;
  readonly config: k8s.core.v1.ConfigMap;
  readonly serviceAccount: k8s.core.v1.ServiceAccount;
}

function createDeployment(
  parent: Gateway,
  name: string,
  args: GatewayArgs,
  objects: GatewayObjects,
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
            serviceAccount: objects.serviceAccount.metadata.name,
            configMap: objects.config.metadata.name,
            certificates: objects.certificates.metadata.name,
          }),
        },
      },
    },
    { parent },
  );
}

/**
 * Local keeps the client's address in the log, and a load balancer asks each node whether it has a
 * pod. Edges that go to a node by its address have nobody who asks: there every node has to answer.
 */
const TRAFFIC_POLICY = {
  LoadBalancer: "Local",
  NodePort: "Cluster",
  ClusterIP: undefined,
} as const;

function createService(parent: Gateway, name: string, args: GatewayArgs): k8s.core.v1.Service {
  const { serviceAnnotations } = args;
  const field = <T>(key: "serviceType" | "nodePort" | "port", value: pulumi.Input<T>) =>
    checkedInput(`Gateway ${name}`, gatewayFields[key], ["gateway", key], value);
  const serviceType = field("serviceType", args.serviceType ?? "LoadBalancer");
  const nodePort = args.nodePort === undefined ? undefined : field("nodePort", args.nodePort);
  const port = field("port", args.port ?? DEFAULT_PORT);
  return new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: { ...metadata(args), annotations: serviceAnnotations },
      spec: {
        type: serviceType,
        selector: selectorLabels(GATEWAY),
        ports: [{ name: "gateway", port, targetPort: "gateway", nodePort }],
        externalTrafficPolicy: mapInput(
          serviceType,
          (type): string | undefined => TRAFFIC_POLICY[type],
        ) as pulumi.Input<string>,
      },
    },
    { parent },
  );
}

function addressOf({ status }: k8s.core.v1.Service): pulumi.Output<string> {
  return pulumi.output(status).apply((known) => {
    const [ingress] = known?.loadBalancer?.ingress ?? [];
    return ingress?.hostname || ingress?.ip || "";
  });
}

/**
 * A pod names one port to be scraped, and that is NGINX's. The counter is found through this
 * Service, pod by pod.
 */
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
