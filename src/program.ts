import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { MtlsPki } from "../components/index";
import type { Configuration } from "./config/load";
import { demoWorkloads } from "./demo/demo-workloads";
import { deployEdge, edgeContractOf, readStanding, type Standing } from "./stacks/edge";
import { authorityArgs, deployHub, factsOf, gatewayOf, hubContractOf, readRequests } from "./stacks/hub";
import type { StackOutputs } from "./stacks/outputs";

/** One stack: a hub, an edge, or (`ops`) both, the hub being watched by an edge of its own. */
export async function program({ settings, objectStores }: Configuration): Promise<StackOutputs> {
  const { cluster, images, hub, edge } = settings;
  const provider = new k8s.Provider("cluster", { context: cluster.context });
  const opts = { providers: [provider] };

  const pki = new MtlsPki("pki", {
    authority: hub && authorityArgs(hub, await readRequests(hub)),
    identity: edge && { edge: edge.name, keyGeneration: edge.keyGeneration },
  });
  const outputs: StackOutputs = {};

  if (hub) {
    deployHub(hub, pki, objectStores, images, opts);
    outputs.hub = hubContractOf(hub, pki);
  }
  if (edge) {
    const standing = hub ? ownStanding(hub, edge.name, pki) : await readStanding(edge);
    outputs.edge = edgeContractOf(edge, pki, "connection" in standing);
    if ("connection" in standing) {
      const agent = deployEdge(edge, standing.connection, pki, images, opts);
      outputs.buffer = { disk: agent.bufferDisk, memory: agent.bufferMemory };
      demoWorkloads("demo", { ...edge.demo, images }, opts);
    } else {
      outputs.next = standing.next;
      await pulumi.log.warn(standing.next);
    }
  }
  return outputs;
}

/** The hub's own edge connects in the same update that makes the hub: everything it needs is at hand. */
function ownStanding(hub: NonNullable<Configuration["settings"]["hub"]>, name: string, pki: MtlsPki): Standing {
  const entry = hub.edges[name];
  if (!entry) throw new Error(`edge ${name} is not in its own inventory`);
  return {
    connection: {
      facts: factsOf(entry),
      gateway: gatewayOf(hub),
      trustBundle: pki.trustBundle,
      certificate: pki.certificates.apply((certificates) => certificates[name] ?? ""),
    },
  };
}
