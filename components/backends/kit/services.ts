import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { objectLabels, selectorLabels, type Role } from "../../kit/labels";
import { microservicesRole } from "./roles";
import {
  answering,
  backendName,
  GOSSIP_PORT,
  gossipHost,
  type BackendTopology,
} from "./architecture";
import { sharedMetadata, type Installation } from "./installation";

/**
 * The one address for writes, in both topologies: the gateway's configuration stays as it is when
 * one becomes the other. Writes go to microservices once all of them are `ready`; `single` is
 * deleted after that, at the end of the update, and ships what it holds.
 */
export function createWriteService(
  installation: Installation,
  topology: BackendTopology,
  ready: pulumi.Resource[],
): k8s.core.v1.Service {
  const { backend, name, cell, parent } = installation;
  return new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: sharedMetadata(installation),
      spec: {
        selector: selectorLabels(answering(backend, "writes", cell, topology).role),
        ports: [httpPort(installation), ...writePorts(installation)],
      },
    },
    { parent, dependsOn: ready },
  );
}

/**
 * The addresses of microservices that are asked over HTTP: those for reads, and what these ask.
 * Whoever reads all of a cell may do so over gRPC, too.
 */
export function createReadServices(installation: Installation): void {
  const { backend, name, cell, namespace, parent } = installation;
  const { answers, calls, httpPort: port } = backend;
  const asked = [
    answers.reads,
    answers.allReads,
    ...calls.flatMap(([, to, , at]) => (at === port ? [to] : [])),
  ];
  for (const component of new Set(asked)) {
    if (component === undefined) continue;
    const role = microservicesRole(backend.name, cell, component);
    new k8s.core.v1.Service(
      `${name}-${component}-service`,
      {
        metadata: {
          name: backendName(backend.name, cell, component),
          namespace,
          labels: objectLabels(role),
        },
        spec: {
          selector: selectorLabels(role),
          ports: [
            httpPort(installation),
            ...(component === answers.allReads ? [grpcPort(installation)] : []),
          ],
        },
      },
      { parent },
    );
  }
}

function httpPort({ backend: { httpPort: port } }: Installation) {
  return { name: "http", port, targetPort: "http", appProtocol: "http" };
}

function grpcPort({
  backend: { grpcPort: port },
}: {
  readonly backend: { readonly grpcPort: number };
}) {
  return { name: "grpc", port, targetPort: "grpc", appProtocol: "grpc" };
}

function writePorts({ backend: { writePorts: ports = [] } }: Installation) {
  return ports.map((port) => ({ ...port, targetPort: port.name }));
}

/** Leads to every pod of a component by its name, and to all of them. */
export function createNamesService<Component extends string>(
  installation: Installation<Component>,
  component: Component,
): void {
  const { backend, cell } = installation;
  const role = microservicesRole(backend.name, cell, component);
  const host = backendName(backend.name, cell, component);
  createPodsService(installation, `${component}-names`, host, role, grpcPort(installation));
}

/** Leads to every pod of microservices: they have to meet before they can be ready. */
export function createGossipService(installation: Installation): void {
  const { backend, cell } = installation;
  const port = { name: "gossip", port: GOSSIP_PORT, targetPort: "gossip", appProtocol: "tcp" };
  createPodsService(
    installation,
    "gossip",
    gossipHost(backend.name, cell),
    microservicesRole(backend.name, cell),
    port,
  );
}

/** Leads queriers to every query frontend: they are ready once a querier has found them. */
export function createDiscoveryService(installation: Installation): string {
  const { backend, cell } = installation;
  const component = backend.answers.reads;
  const role = microservicesRole(backend.name, cell, component);
  const host = `${backendName(backend.name, cell, component)}-discovery`;
  createPodsService(installation, `${component}-discovery`, host, role, grpcPort(installation));
  return host;
}

/** Every pod of a role, ready or not. */
function createPodsService(
  { name, namespace, parent }: Pick<Installation, "name" | "namespace" | "parent">,
  purpose: string,
  host: string,
  role: Role,
  port: ReturnType<typeof grpcPort>,
): void {
  new k8s.core.v1.Service(
    `${name}-${purpose}-service`,
    {
      metadata: { name: host, namespace, labels: objectLabels(role) },
      spec: {
        clusterIP: "None",
        publishNotReadyAddresses: true,
        selector: selectorLabels(role),
        ports: [port],
      },
    },
    { parent },
  );
}
