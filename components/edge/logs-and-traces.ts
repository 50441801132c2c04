import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { imageReference, type ImageArgs } from "../kit/images";
import { objectLabels, selectorLabels } from "../kit/labels";
import { podsOptions } from "../kit/pods";
import { toYaml } from "../kit/yaml";
import type { EdgePodsArgs } from "./args";
import { CollectorGateway } from "./collector/gateway";
import {
  CONFIG_FILE,
  OTEL_AGENT,
  OTLP_GRPC_PORT,
  OTLP_HTTP_PORT,
  otelAgentProgram,
} from "./collector/program";
import { createIdentity, type EdgeIdentityArgs } from "./identity";
import type { EdgeModel } from "./model";
import { NodeAgent, type NodeProgram } from "./node-agent";
import type { ResolvedEdge } from "./resolved";

interface LogsAndTracesArgs {
  readonly edge: ResolvedEdge;
  readonly namespace: pulumi.Input<string>;
  readonly nodeNamespace: pulumi.Input<string>;
  readonly identity: EdgeIdentityArgs;
  /** Name of the Secret with the edge's identity in `namespace`. */
  readonly identitySecret: pulumi.Input<string>;
  readonly storageClass?: pulumi.Input<string> | undefined;
  readonly images?: ImageArgs | undefined;
  readonly pods?: EdgePodsArgs | undefined;
}

/** Everything that sends logs and traces: collectors, and another log agent where one is chosen. */
export function createLogsAndTraces(
  name: string,
  args: LogsAndTracesArgs,
  opts: pulumi.ComponentResourceOptions,
): void {
  const { edge, nodeNamespace, images, pods } = args;
  const { agent, gateway, logs } = edge.model.telemetry;
  const { trustBundle } = args.identity;
  const image = imageReference("otelCollector", images);
  const onNodes = (
    identity: pulumi.Input<string>,
    program: (model: EdgeModel) => NodeProgram,
    files: (model: EdgeModel) => Record<string, string>,
  ) =>
    new NodeAgent(
      `${name}-${program(edge.model).role.name}`,
      { edge, program, files, namespace: nodeNamespace, trustBundle, identity },
      podsOptions(pods?.nodeAgents, opts),
    );

  if (agent ?? logs) {
    const secret = createIdentity(`${name}-node-identity`, nodeNamespace, args.identity, opts);
    const identity = secret.metadata.name;
    if (agent) {
      onNodes(
        identity,
        ({ telemetry }) => otelAgentProgram(image, telemetry.agent ?? agent, telemetry.exporters),
        ({ telemetry }) => ({ [CONFIG_FILE]: toYaml((telemetry.agent ?? agent).config) }),
      );
      createService(`${name}-${OTEL_AGENT.name}-service`, nodeNamespace, opts);
    }
    const { program } = logs?.agent ?? {};
    if (logs && program) {
      onNodes(
        identity,
        () => ({ ...program, image: imageReference(program.image, images) }),
        ({ telemetry }) => logs.agent.files?.((telemetry.logs ?? logs).pipeline) ?? {},
      );
    }
  }
  if (gateway) {
    new CollectorGateway(
      `${name}-otel-gateway`,
      {
        edge,
        namespace: args.namespace,
        identity: args.identitySecret,
        trustBundle,
        storageClass: args.storageClass,
        image,
      },
      podsOptions(pods?.collectorGateway, opts),
    );
  }
}

/** Applications send to the collector of their own node, which knows them by their address. */
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
