import type { Issue } from "@heliograph/heliograph";
import {
  ConfigurationError,
  Pkcs10CertificateRequest,
  X509Certificate,
} from "@heliograph/heliograph/model";
import { endpointOf } from "../../../config/edge-metrics-schema";
import { hubOf, type Project } from "../../project";
import { edgeOutput, hubOutput, type StackState } from "../../engine/state";
import type { EdgeConnection, World } from "./plan";

export type States = ReadonlyMap<string, StackState | undefined>;

/**
 * The stacks whose state is needed to bring up the chosen ones: these, and the hubs of their edges.
 */
export function withHubs(project: Project, chosen: readonly string[]): string[] {
  return [...new Set(chosen.flatMap((stack) => [hubOf(project, stack) ?? stack, stack]))];
}

/** Reads from stack files and from the engine's state how far each chosen stack has come. */
export function observe(project: Project, chosen: readonly string[], states: States): World {
  const isHub = (stack: string) => project.settings(stack).hub !== undefined;
  return {
    hubs: chosen.filter(isHub),
    edges: chosen
      .filter((stack) => !isHub(stack))
      .map((stack) => connectionOf(project, stack, states)),
  };
}

function connectionOf(project: Project, stack: string, states: States): EdgeConnection {
  const { edge } = project.settings(stack);
  if (!edge) throw new Error(`stack ${stack} is neither hub nor edge`);
  const hub = hubOf(project, stack);
  const entry = hub === undefined ? undefined : project.settings(hub).hub?.edges[edge.name];
  const output = edgeOutput(stack, states.get(stack));
  const query = endpointOf(edge.metrics);
  const current =
    output?.keyGeneration === edge.keyGeneration &&
    (output.query !== undefined) === (query !== undefined);
  const request = current ? output.request : undefined;
  const published =
    hub === undefined ? undefined : hubOutput(hub, states.get(hub))?.edges[edge.name];
  return {
    stack,
    edge: edge.name,
    hub,
    environment: entry?.environment ?? stack,
    admitted: entry !== undefined && !entry.revoked,
    request,
    query,
    requestCopied:
      entry?.query === query &&
      (entry?.fromStack !== undefined || (request !== undefined && entry?.request === request)),
    signed:
      published?.state === "signed" &&
      request !== undefined &&
      madeFor(published.certificate, request),
  };
}

/**
 * Whether a certificate was made for a request. After a change of key or name the hub's outputs
 * still have the former certificate.
 */
function madeFor(certificate: string, request: string): boolean {
  const identities = [new X509Certificate(certificate), new Pkcs10CertificateRequest(request)].map(
    (each) => {
      const names = each.getExtension(ALTERNATIVE_NAMES)?.value ?? new ArrayBuffer();
      return [each.publicKey.rawData, names]
        .map((bytes) => Buffer.from(bytes).toString("base64"))
        .join();
    },
  );
  return identities[0] === identities[1];
}

const ALTERNATIVE_NAMES = "2.5.29.17";

/** Throws where no update can help: an edge makes another key than the one its hub trusts. */
export function checkGenerations(project: Project, chosen: readonly string[]): void {
  const issues = chosen.flatMap((stack): Issue[] => {
    const { edge } = project.settings(stack);
    const hub = hubOf(project, stack);
    const entry =
      edge && hub !== undefined ? project.settings(hub).hub?.edges[edge.name] : undefined;
    if (!edge || !entry || entry.keyGeneration === edge.keyGeneration) return [];
    return [
      {
        path: [`heliograph:edge.keyGeneration of stack ${stack}`],
        got: edge.keyGeneration,
        expected: `${entry.keyGeneration}, as in heliograph:hub.edges.${edge.name}.keyGeneration of stack ${hub}`,
        lines: `heliograph:edge:\n  keyGeneration: ${entry.keyGeneration}`,
      },
    ];
  });
  if (issues.length > 0)
    throw new ConfigurationError("Stack files that contradict each other", issues);
}
