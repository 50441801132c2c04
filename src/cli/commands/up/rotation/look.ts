import type { EdgeContract } from "../../../../../components/contract/edge";
import type { HubContract } from "../../../../../components/contract/hub";
import { X509Certificate } from "node:crypto";
import { hubOf, type Project } from "../../../project";
import { edgeOutput, hubOutput, type StackState } from "../../../engine/state";
import type { Workspaces } from "../../../engine/workspaces";
import { likelyPhase, phasesBetween, type Authority, type ConnectedEdge } from "./phase";
import { describeRotation } from "./rotation";

/** Hubs that do not say have the first generation alone. */
const FIRST: Authority = { trusted: [1], signing: 1 };

/**
 * What an update of this hub means for its CA, in lines; throws where the change is out of its turn. Edges are looked at only while a CA is being
 * replaced: reading the state of a hundred stacks takes its time.
 */
export async function lookAtRotation(
  project: Project,
  workspaces: Pick<Workspaces, "states">,
  hub: string,
  state: StackState | undefined,
): Promise<string[]> {
  const after = project.settings(hub).hub?.authority;
  const contract = hubOutput(hub, state);
  if (!after || !contract) return [];
  const before = contract.authority ?? FIRST;
  if (phasesBetween(before, after).length === 0 && !likelyPhase(before)) return [];

  const stacks = project.stacks.filter((stack) => hubOf(project, stack) === hub);
  const states = new Map([...(await workspaces.states(stacks)), [hub, state]]);
  const outputs = [hub, ...stacks].flatMap((stack) => {
    const output = edgeOutput(stack, states.get(stack));
    return output ? [{ stack, output }] : [];
  });
  const here = new Set(outputs.map(({ output }) => output.name));
  const signed = Object.entries(contract.edges).filter(([, { state }]) => state === "signed");
  const counts = new Set(signed.map(([name]) => name));
  return describeRotation({
    hub,
    before,
    after,
    edges: outputs
      .filter(({ output }) => output.state === "connected" && counts.has(output.name))
      .map(({ stack, output }) => connectedEdge(stack, output, before, contract)),
    unseen: [...counts].filter((name) => !here.has(name)),
  });
}

function connectedEdge(
  stack: string,
  { runsWith }: EdgeContract,
  { trusted }: Authority,
  { trustBundle }: HubContract,
): ConnectedEdge {
  if (!runsWith) return { stack };
  // The generations lead the bundle, in their order.
  const cas = trusted.map((generation, index) => ({
    generation,
    ca: new X509Certificate(trustBundle[index] ?? ""),
  }));
  const fingerprints = new Set(
    runsWith.trustBundle.map((pem) => new X509Certificate(pem).fingerprint256),
  );
  const certificate = new X509Certificate(runsWith.certificate);
  return {
    stack,
    trusts: new Set(
      cas
        .filter(({ ca }) => fingerprints.has(ca.fingerprint256))
        .map(({ generation }) => generation),
    ),
    signedBy: cas.find(({ ca }) => certificate.verify(ca.publicKey))?.generation,
  };
}
