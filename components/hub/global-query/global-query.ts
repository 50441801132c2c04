import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../../kit/checksum";
import { createDisruptionBudget } from "../../kit/disruption-budget";
import {
  CONFIG_HASH_ANNOTATION,
  objectLabels,
  selectorLabels,
  START_UP_HASH_ANNOTATION,
} from "../../kit/labels";
import { apart } from "../../kit/pod-spread";
import { mapValues } from "../../kit/records";
import { hostAndPort } from "../../kit/urls";
import { toYaml } from "../../kit/yaml";
import { FEDERATION } from "../../backends/federation";
import { federationContainer, federationPod } from "../../backends/federation-pod";
import { backendOf } from "../../backends/registry";
import { podsOptions } from "../../kit/pods";
import type { HubGlobalQueryArgs } from "./args";
import type { GlobalSource } from "../grafana/datasources";
import { GLOBAL_QUERY } from "../roles";
import {
  EDGE_TRUST_FILE,
  edgeHost,
  ENDPOINTS_FILE,
  endpointsConfig,
  GLOBAL_QUERY_PATHS,
  GLOBAL_QUERY_PORT,
  globalQueryArgs,
  IDENTITY_FILES,
} from "./config";

interface GlobalQueryArgs extends HubGlobalQueryArgs {
  readonly namespace: pulumi.Input<string>;
  /** Host and port of the edges that are queried in place, by name. */
  readonly edges: Readonly<Record<string, string>>;
  /** Host and port of who answers for each cell over gRPC. */
  readonly cells: readonly string[];
  /** CA certificates (PEM) that vouch for edges. */
  readonly edgeTrust: pulumi.Input<string[]>;
  readonly image: string;
}

/**
 * One query over every edge whose metrics stay with it, and every cell. An edge or a cell that
 * does not answer is named in a warning, and the others answer.
 */
export class GlobalQuery extends pulumi.ComponentResource {
  /** Host and port for whoever reads. */
  readonly readAddress: string;
  /** How Grafana reads it. */
  readonly source: Pick<GlobalSource, "backend" | "reader">;

  constructor(name: string, args: GlobalQueryArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:GlobalQuery", name, {}, podsOptions(args.pods, opts));
    const { namespace, replicas = 2 } = args;
    const metadata = { name: GLOBAL_QUERY.name, namespace, labels: objectLabels(GLOBAL_QUERY) };
    const endpoints = mapValues(args.edges, hostAndPort);
    Object.entries(endpoints).forEach(([edge, endpoint]) =>
      nameEdge(this, `${name}-edge-${edge}`, namespace, edge, endpoint),
    );

    const text = toYaml(
      endpointsConfig(
        mapValues(endpoints, ({ port }) => port),
        args.cells,
      ),
    );
    const annotations = { [CONFIG_HASH_ANNOTATION]: checksum(text) };
    const endpointsMap = new k8s.core.v1.ConfigMap(
      `${name}-endpoints`,
      { metadata: { ...metadata, annotations }, data: { [ENDPOINTS_FILE]: text } },
      { parent: this },
    );
    const trust = pulumi.output(args.edgeTrust).apply((bundle) => bundle.join("\n"));
    const trustMap = new k8s.core.v1.ConfigMap(
      `${name}-trust`,
      {
        metadata: { ...metadata, name: `${metadata.name}-trust` },
        data: { [EDGE_TRUST_FILE]: trust },
      },
      { parent: this },
    );
    const identity = new k8s.core.v1.Secret(
      `${name}-identity`,
      {
        metadata,
        type: "kubernetes.io/tls",
        stringData: {
          [IDENTITY_FILES.certificate]: args.certificate,
          [IDENTITY_FILES.privateKey]: args.privateKey,
        },
      },
      { parent: this },
    );

    const selector = selectorLabels(GLOBAL_QUERY);
    const template = federationPod({
      role: GLOBAL_QUERY,
      // Its certificate is read again when it has changed; the CAs that it trusts, when it meets an
      // edge for the first time.
      annotations: { [START_UP_HASH_ANNOTATION]: trust.apply((bundle) => checksum(bundle)) },
      ...(replicas > 1 && { affinity: apart(selector) }),
      containers: [
        federationContainer({
          name: FEDERATION.name,
          image: args.image,
          args: globalQueryArgs(),
          memory: ["256Mi", "4Gi"],
          mounts: [
            { name: "endpoints", mountPath: GLOBAL_QUERY_PATHS.config, readOnly: true },
            { name: "identity", mountPath: GLOBAL_QUERY_PATHS.identity, readOnly: true },
            { name: "trust", mountPath: GLOBAL_QUERY_PATHS.trust, readOnly: true },
          ],
        }),
      ],
      volumes: [
        { name: "endpoints", configMap: { name: endpointsMap.metadata.name } },
        { name: "identity", secret: { secretName: identity.metadata.name, defaultMode: 0o440 } },
        { name: "trust", configMap: { name: trustMap.metadata.name } },
      ],
    });
    new k8s.apps.v1.Deployment(
      name,
      { metadata, spec: { replicas, selector: { matchLabels: selector }, template } },
      { parent: this },
    );
    if (replicas > 1)
      createDisruptionBudget(name, { metadata, role: GLOBAL_QUERY }, { parent: this });
    const ports = [
      {
        name: "http",
        port: GLOBAL_QUERY_PORT,
        targetPort: FEDERATION.httpPortName,
        appProtocol: "http",
      },
    ];
    new k8s.core.v1.Service(
      `${name}-service`,
      { metadata, spec: { selector, ports } },
      { parent: this },
    );
    this.readAddress = `${metadata.name}:${GLOBAL_QUERY_PORT}`;
    this.source = { backend: backendOf("metrics", FEDERATION.name), reader: this.readAddress };
    this.registerOutputs({});
  }
}

const IPV4 = /^\d+(\.\d+){3}$/;

/** Warnings name the address that did not answer: with this one it is the edge's name. */
function nameEdge(
  parent: GlobalQuery,
  name: string,
  namespace: pulumi.Input<string>,
  edge: string,
  { host, port }: ReturnType<typeof hostAndPort>,
): void {
  const labels = { ...objectLabels(GLOBAL_QUERY), "kubernetes.io/service-name": edgeHost(edge) };
  const metadata = { name: edgeHost(edge), namespace, labels: objectLabels(GLOBAL_QUERY) };
  const ports = [{ name: "grpc", port }];
  if (!IPV4.test(host)) {
    const spec = { type: "ExternalName", externalName: host, ports };
    new k8s.core.v1.Service(name, { metadata, spec }, { parent });
    return;
  }
  new k8s.core.v1.Service(name, { metadata, spec: { clusterIP: "None", ports } }, { parent });
  new k8s.discovery.v1.EndpointSlice(
    `${name}-address`,
    {
      metadata: { ...metadata, labels },
      addressType: "IPv4",
      endpoints: [{ addresses: [host] }],
      ports,
    },
    { parent },
  );
}
