import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { objectLabels, roleName, selectorLabels, START_UP_HASH_ANNOTATION } from "../../kit/labels";
import { restrictedContainer } from "../../kit/pod-security";
import { checksum } from "../../kit/checksum";
import { FEDERATION } from "../../backends/federation";
import { federationContainer, federationPod } from "../../backends/federation-pod";
import { readerRole } from "../roles";
import {
  cellReaderArgs,
  cellReaderConfig,
  cellSidecarArgs,
  READER_CONFIG_FILE,
  READER_PATHS,
  type CellReaderConfigArgs,
} from "./config";

interface CellReaderArgs extends CellReaderConfigArgs {
  readonly namespace: pulumi.Input<string>;
  readonly image: string;
  readonly nginxImage: string;
}

/**
 * Answers the global query for one cell: a sidecar, and the NGINX that makes the cell's backend
 * look to it like a Prometheus.
 */
export class CellReader extends pulumi.ComponentResource {
  /** Host and port for queries over gRPC. */
  readonly address: string;

  constructor(name: string, args: CellReaderArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:CellReader", name, {}, opts);
    const role = readerRole(args.cell);
    const metadata = {
      name: roleName(role),
      namespace: args.namespace,
      labels: objectLabels(role),
    };
    const text = cellReaderConfig(args);
    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      { metadata, data: { [READER_CONFIG_FILE]: text } },
      { parent: this },
    );
    const selector = selectorLabels(role);
    new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata,
        spec: {
          selector,
          ports: [{ name: "grpc", port: FEDERATION.grpcPort, targetPort: "grpc" }],
        },
      },
      { parent: this },
    );
    const template = federationPod({
      role,
      // It takes over from the one before: nobody waits for it.
      annotations: { [START_UP_HASH_ANNOTATION]: checksum(text) },
      containers: [
        nginx(args.nginxImage),
        federationContainer({
          name: FEDERATION.name,
          image: args.image,
          args: cellSidecarArgs(),
          memory: ["64Mi", "1Gi"],
          mounts: [],
        }),
      ],
      volumes: [
        { name: "config", configMap: { name: config.metadata.name } },
        { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
      ],
    });
    new k8s.apps.v1.Deployment(
      name,
      { metadata, spec: { replicas: 1, selector: { matchLabels: selector }, template } },
      { parent: this },
    );
    this.address = `${metadata.name}:${FEDERATION.grpcPort}`;
    this.registerOutputs({});
  }
}

/** It listens on loopback, where no probe comes: the sidecar is ready once it is. */
function nginx(image: string): k8s.types.input.core.v1.Container {
  return {
    name: "nginx",
    image,
    command: ["nginx", ...cellReaderArgs()],
    resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "config", mountPath: READER_PATHS.config, readOnly: true },
      { name: "tmp", mountPath: READER_PATHS.temporary },
    ],
  };
}
