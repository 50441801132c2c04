import * as pulumi from "@pulumi/pulumi";
import { MtlsPki } from "@heliograph/heliograph";
import { keepsMetrics } from "./config/edge-metrics-schema";
import type { Configuration } from "./config/load";
import { DemoWorkloads } from "./demo/demo-workloads";
import { deployEdge, edgeContractOf } from "./stacks/edge";
import { intendedStored, refuseStranding } from "./stacks/guard";
import { deployHub } from "./stacks/hub";
import { authorityArgs, hubContractOf } from "./stacks/inventory";
import type { StackOutputs } from "./stacks/outputs";
import { readStored } from "./stacks/recorded";
import { seriesOf, tooManySeries } from "./stacks/series";
import type { Started } from "./stacks/start";
import { ownConnectionState, readConnectionState } from "./stacks/connection-state";

/** One stack: a hub, an edge, or (`ops`) both, the hub being watched by an edge of its own. */
export async function program(
  { settings, ...secrets }: Configuration,
  { read, provider }: Started,
): Promise<StackOutputs> {
  const { images, hub, edge } = settings;
  const elsewhere = edge && !hub ? await readConnectionState(edge, read) : undefined;
  const recorded = await readStored(read);
  const intended = intendedStored(settings, elsewhere, recorded);
  await refuseStranding(recorded, intended, settings);

  const pki = new MtlsPki("pki", {
    authority: hub && (await authorityArgs(hub, read)),
    identity: edge && {
      edge: edge.name,
      keyGeneration: edge.keyGeneration,
      queried: keepsMetrics(edge.metrics),
    },
  });
  // An edge that its hub does not query yet keeps nothing yet.
  const outputs: StackOutputs = {
    stored: intended.kept && !elsewhere?.connection?.queryTrust ? recorded : intended,
  };

  if (hub) {
    deployHub(hub, edge?.name, pki, secrets, images, provider);
    outputs.hub = hubContractOf(hub, pki);
  }

  const state = elsewhere ?? (hub && edge && ownConnectionState(hub, edge.name, pki));
  if (!edge || !state) return outputs;
  outputs.edge = edgeContractOf(edge, pki, state.connection);
  const { connection, next } = state;
  if (next) {
    await pulumi.log.warn(next);
    outputs.next = next;
  }
  if (!connection) return outputs;
  const series = seriesOf(edge, connection.facts);
  const warning = tooManySeries(edge.name, series);
  if (warning) await pulumi.log.warn(warning);
  const agent = deployEdge(edge, connection, pki, secrets, images, provider);
  const tracing = edge.traces.enabled && connection.facts.signals?.includes("traces");
  const traces = tracing ? agent.otlpEndpoint : undefined;
  new DemoWorkloads("demo", { ...edge.demo, images, traces }, { providers: [provider] });
  const buffer = { agents: edge.replicas, disk: agent.bufferDisk, memory: agent.bufferMemory };
  const { nodeQueueDisk: node, gatewayDisk: gateway, otlpEndpoint } = agent;
  return { ...outputs, buffer, ...(node && { queues: { node, gateway }, otlpEndpoint }), series };
}
