import { X509Certificate } from "node:crypto";
import { daysLeft, isDue } from "../preview/certificates";
import type { Project } from "../../project";
import { style } from "../../ui/style";
import { table } from "../../ui/table";
import { plural } from "../../ui/text";
import { edgeOutput, hubOutput } from "../../engine/state";
import { observe, type States } from "./observe";
import type { EdgeStanding } from "./plan";

/**
 * What a renewal brings up, seen anew before each pass: hubs with a certificate inside its window, then exactly the edges that run with another
 * certificate than their hub offers. Those of an earlier renewal that was interrupted are among them.
 */
export function renewalOf(now: Date): typeof observe {
  // An edge that has been brought up is not behind any more, but its wave is still to be verified.
  const behind = new Set<string>();
  return (project, chosen, states) => {
    const { hubs, edges } = observe(project, chosen, states);
    for (const edge of edges) if (isBehind(edge, states)) behind.add(edge.stack);
    return {
      hubs: hubs.filter((hub) => isHubDue(project, hub, states, now)),
      edges: edges.filter(({ stack }) => behind.has(stack)),
    };
  };
}

function isHubDue(project: Project, hub: string, states: States, now: Date): boolean {
  const policy = project.settings(hub).hub?.certificates;
  return (
    policy !== undefined &&
    (states.get(hub)?.certificates ?? []).some((each) => isDue(each, policy, now))
  );
}

/** A revoked edge is left alone: its cluster may be gone, or in the hands of somebody else. */
function isBehind({ stack, hub, edge, signed, admitted }: EdgeStanding, states: States): boolean {
  const output = edgeOutput(stack, states.get(stack));
  const entry = hub === undefined ? undefined : hubOutput(hub, states.get(hub))?.edges[edge];
  if (!signed || !admitted || entry?.state !== "signed" || output?.state !== "connected")
    return false;
  return output.runsWith?.certificate !== entry.certificate;
}

/** Days left of every leaf before and after, hub by hub. */
export function showRenewal(
  project: Project,
  hubs: readonly string[],
  before: States,
  after: States,
  now: Date,
) {
  const rows = hubs.flatMap((hub) => {
    const edges = Object.entries(hubOutput(hub, after.get(hub))?.edges ?? {});
    const gateway = (states: States) =>
      days(
        states.get(hub)?.certificates.find(({ name }) => name === "pki-gateway")?.validUntil,
        now,
      );
    return [
      [`gateway of ${hub}`, gateway(before), gateway(after), ""],
      ...edges.map(([edge, { state }]) => {
        const inForce = (states: States) => days(endOf(project, hub, edge, states), now);
        return [edge, inForce(before), inForce(after), noteOf(project, edge, state)];
      }),
    ];
  });
  const right = { align: "right" } as const;
  return table(
    [
      { title: "certificate" },
      { title: "before", ...right },
      { title: "after", ...right },
      { title: "" },
    ],
    rows,
  );
}

/** Of the certificate that the edge runs with; of the one that its hub offers where nobody can see what it runs with. */
function endOf(project: Project, hub: string, edge: string, states: States): Date | undefined {
  const stack = stackOf(project, edge);
  const runsWith = stack === undefined ? undefined : edgeOutput(stack, states.get(stack))?.runsWith;
  const entry = hubOutput(hub, states.get(hub))?.edges[edge];
  const offered = entry && "certificate" in entry ? entry.certificate : undefined;
  const pem = runsWith?.certificate ?? offered;
  return pem === undefined ? undefined : new Date(new X509Certificate(pem).validTo);
}

function stackOf(project: Project, edge: string): string | undefined {
  return project.stacks.find((stack) => project.settings(stack).edge?.name === edge);
}

function noteOf(project: Project, edge: string, state: string): string {
  if (state === "revoked") return "revoked: left alone";
  if (state === "waiting") return "waits for its first certificate: npm run up";
  return stackOf(project, edge) === undefined
    ? style.warning("its stack is elsewhere: bring it up there")
    : "";
}

function days(until: Date | undefined, now: Date): string {
  return until === undefined ? "-" : plural(daysLeft({ validUntil: until }, now), "day");
}
