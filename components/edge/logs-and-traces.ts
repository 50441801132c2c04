import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../kit/checksum";
import { imageReference, type ImageArgs } from "../kit/images";
import { objectLabels, selectorLabels } from "../kit/labels";
import { toYaml } from "../kit/yaml";
import type { EdgeHubArgs } from "./args";
import { createIdentity } from "./identity";
import { fluentBitFiles, fluentBitProgram } from "./logs/fluent-bit";
import { NodeAgent, type NodeProgram } from "./node-agent";
import { promtailFiles, promtailProgram } from "./logs/promtail";
import {
  CONFIG_FILE,
  otelAgentProgram,
  OTEL_AGENT,
  OTLP_GRPC_PORT,
  OTLP_HTTP_PORT,
} from "./collector/program";
import { OtelGateway } from "./collector/gateway";
import type { Telemetry } from "./telemetry";

interface Surroundings {
  readonly namespace: pulumi.Input<string>;
  readonly nodeNamespace: pulumi.Input<string>;
  readonly hub: EdgeHubArgs;
  /** Name of the Secret with the edge's identity in `namespace`. */
  readonly identity: pulumi.Input<string>;
  readonly storageClass?: string;
  readonly images?: ImageArgs;
}

/** Whatever sends logs and traces: the collector of each node and that behind them, or another log agent. */
export function createTelemetry(
  name: string,
  { agent, gateway, logs, exporters }: Telemetry,
  around: Surroundings,
  opts: pulumi.CustomResourceOptions,
): void {
  const { nodeNamespace, hub, images } = around;
  /** Programs of nodes read whom they trust at their start alone, like the rest of their configuration. */
  const hashOf = (...texts: string[]) =>
    pulumi.output(hub.trustBundle).apply((bundle) => checksum(...texts, ...bundle));
  const onNodes = (
    program: NodeProgram,
    files: Record<string, string>,
    identity: pulumi.Input<string>,
  ) =>
    new NodeAgent(
      `${name}-${program.role.name}`,
      {
        ...program,
        namespace: nodeNamespace,
        config: files,
        hash: hashOf(...Object.values(files)),
        identity,
      },
      opts,
    );

  if (agent ?? logs) {
    const identity = createIdentity(`${name}-node-identity`, nodeNamespace, hub, opts).metadata
      .name;
    if (agent) {
      const program = otelAgentProgram(imageReference("otelCollector", images), agent, exporters);
      onNodes(program, { [CONFIG_FILE]: toYaml(agent.config) }, identity);
      createService(`${name}-${OTEL_AGENT.name}-service`, nodeNamespace, opts);
    }
    if (logs?.agent === "promtail") {
      onNodes(
        promtailProgram(imageReference("promtail", images)),
        promtailFiles(logs.pipeline),
        identity,
      );
    }
    if (logs?.agent === "fluent-bit") {
      onNodes(
        fluentBitProgram(imageReference("fluentBit", images)),
        fluentBitFiles(logs.pipeline),
        identity,
      );
    }
  }
  if (gateway) {
    const hash = hashOf(toYaml(gateway.config));
    const image = imageReference("otelCollector", images);
    new OtelGateway(
      `${name}-otel-gateway`,
      { ...around, ...gateway, hash, exporters, image },
      opts,
    );
  }
}

/** Where applications send: the collector of their own node, which knows them by their address. */
function createService(
  name: string,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  new k8s.core.v1.Service(
    name,
    {
      metadata: { name: OTEL_AGENT.name, namespace, labels: objectLabels(OTEL_AGENT) },
      spec: {
        internalTrafficPolicy: "Local",
        selector: selectorLabels(OTEL_AGENT),
        ports: [
          {
            name: "otlp-grpc",
            port: OTLP_GRPC_PORT,
            targetPort: "otlp-grpc",
            appProtocol: "kubernetes.io/h2c",
          },
          { name: "otlp-http", port: OTLP_HTTP_PORT, targetPort: "otlp-http", appProtocol: "http" },
        ],
      },
    },
    opts,
  );
}
