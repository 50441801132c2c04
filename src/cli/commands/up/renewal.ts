import { X509Certificate } from "node:crypto";
import { hubOf, type Project } from "../../project";
import { openWorkspaces } from "../../engine/workspaces";
import type { UpOptions } from "./command";
import { withHubs, observe, type States } from "./connections";
import { bringUp, remindOfCommit } from "./up";
import { daysLeft, isDue } from "../preview/certificates";
import { style } from "../../ui/style";
import { table } from "../../ui/table";
import { plural } from "../../ui/text";
import { edgeOutput, hubOutput } from "../../engine/state";
import type { EdgeConnection } from "./plan";

/**
 * Renews the certificates that are inside their window. Made for jobs: asks no question, and
 * changes nothing where no certificate is due.
 */
export async function renew(
  project: Project,
  chosen: readonly string[],
  options: UpOptions,
): Promise<void> {
  const now = new Date();
  const workspaces = await openWorkspaces(project);
  const before = await workspaces.states(withHubs(project, chosen));
  // A stack that has never been brought up has nothing to renew.
  const existing = chosen.filter((stack) =>
    withHubs(project, [stack]).every((each) => before.get(each) !== undefined),
  );
  const { hubs, edges } = renewalOf(now)(project, existing, before);
  const shown = [...new Set(existing.map((stack) => hubOf(project, stack) ?? stack))].filter(
    (stack) => project.settings(stack).hub !== undefined,
  );
  if (hubs.length + edges.length === 0) {
    console.log(`${showRenewal(project, shown, before, before, now)}\n\nNothing to renew.`);
    return;
  }
  const resumeCommand = ["npm run up --", "--renew", ...chosen].join(" ");
  const run = { ...options, yes: true, observe: renewalOf(new Date()), resumeCommand };
  remindOfCommit(await bringUp(project, existing, run));
  const after = await workspaces.states(withHubs(project, existing));
  console.log(`\n${showRenewal(project, shown, before, after, now)}`);
}

/**
 * The stacks that a renewal brings up, found again before each pass: hubs with a certificate inside
 * its window, then the edges that run with another certificate than their hub offers. The latter
 * include edges of an earlier renewal that was interrupted.
 */
export function renewalOf(now: Date): typeof observe {
  // An updated edge is no longer behind, but its wave still has to be verified.
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

/** A revoked edge is not updated: its cluster may be gone, or belong to somebody else. */
function isBehind({ stack, hub, edge, signed, admitted }: EdgeConnection, states: States): boolean {
  const output = edgeOutput(stack, states.get(stack));
  const entry = hub === undefined ? undefined : hubOutput(hub, states.get(hub))?.edges[edge];
  if (!signed || !admitted || entry?.state !== "signed" || output?.state !== "connected")
    return false;
  return output.runsWith?.certificate !== entry.certificate;
}

/** Days left of every leaf certificate before and after the renewal, by hub. */
function showRenewal(
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
        const left = (states: States) => days(endOf(project, hub, edge, states), now);
        return [edge, left(before), left(after), noteOf(project, edge, state)];
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

/**
 * When the certificate that the edge runs with ends. Where its state cannot be read from here, that
 * of the certificate that its hub offers.
 */
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
  if (state === "revoked") return "revoked: not renewed";
  if (state === "waiting") return "waits for its first certificate: npm run up";
  return stackOf(project, edge) === undefined
    ? style.warning("its stack is elsewhere: bring it up there")
    : "";
}

function days(until: Date | undefined, now: Date): string {
  return until === undefined ? "-" : plural(daysLeft({ validUntil: until }, now), "day");
}
