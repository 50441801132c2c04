import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { THANOS_GRPC_PORT } from "../../contract/places";
import { CONFIG_HASH_ANNOTATION, objectLabels, roleName, selectorLabels } from "../../kit/labels";
import { restrictedContainer } from "../../kit/pod-security";
import { checksum } from "../../kit/checksum";
import { goMemoryLimit } from "../../kit/go-memory";
import { toYaml } from "../../kit/yaml";
import { thanosContainer, thanosPod } from "../../thanos/pod";
import { readerRole } from "../roles";
import {
  cellReaderArgs,
  cellReaderConfig,
  cellSidecarArgs,
  READER_CONFIG_FILE,
  READER_PATHS,
  type CellReaderConfigArgs,
} from "./config";

export interface CellReaderArgs extends CellReaderConfigArgs {
  readonly namespace: pulumi.Input<string>;
  readonly image: string;
  readonly prometheusImage: string;
}

/**
 * Answers the global query for one cell: a Prometheus that scrapes and stores nothing and asks the cell's backend (remote read), and a sidecar of Thanos that
 * asks it. One pod: while it restarts, answers lack the cell, and say so.
 */
export class CellReader extends pulumi.ComponentResource {
  /** Host and port for queries over gRPC. */
  readonly address: string;

  constructor(name: string, args: CellReaderArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:CellReader", name, {}, opts);
    const role = readerRole(args.cell);
    const metadata = { name: roleName(role), namespace: args.namespace, labels: objectLabels(role) };
    const text = toYaml(cellReaderConfig(args));
    const annotations = { [CONFIG_HASH_ANNOTATION]: checksum(text) };
    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      { metadata: { ...metadata, annotations }, data: { [READER_CONFIG_FILE]: text } },
      { parent: this },
    );
    const selector = selectorLabels(role);
    new k8s.core.v1.Service(
      `${name}-service`,
      { metadata, spec: { selector, ports: [{ name: "grpc", port: THANOS_GRPC_PORT, targetPort: "grpc" }] } },
      { parent: this },
    );
    const template = thanosPod({
      role,
      containers: [
        prometheus(args.prometheusImage),
        thanosContainer({
          name: "thanos",
          image: args.image,
          args: cellSidecarArgs(),
          memory: ["64Mi", "1Gi"],
          mounts: [],
        }),
      ],
      volumes: [
        { name: "config", configMap: { name: config.metadata.name } },
        { name: "data", emptyDir: { sizeLimit: "64Mi" } },
      ],
    });
    new k8s.apps.v1.Deployment(
      name,
      { metadata, spec: { replicas: 1, selector: { matchLabels: selector }, template } },
      { parent: this },
    );
    this.address = `${metadata.name}:${THANOS_GRPC_PORT}`;
    this.registerOutputs({});
  }
}

/** It listens on loopback, where no probe comes: the sidecar is ready once it is. */
function prometheus(image: string): k8s.types.input.core.v1.Container {
  return {
    name: "prometheus",
    image,
    args: cellReaderArgs(),
    env: [{ name: "GOMEMLIMIT", value: goMemoryLimit(2 ** 30) }],
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "1Gi" } },
    securityContext: restrictedContainer,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "config", mountPath: READER_PATHS.config, readOnly: true },
      { name: "data", mountPath: READER_PATHS.data },
    ],
  };
}
