import type { HubContract } from "@heliograph/heliograph/model";
import { loadConfiguration } from "../../../config/load";
import { readStackConfig } from "../../../config/stack-file";
import { program } from "../../../program";
import { start } from "../../../stacks/start";
import { hubOf, type Project, unknownHub } from "../../project";
import { renderConfig, waitingEdges } from "./configuration";
import { type Manifest, manifestOf, redactedManifestOf } from "./manifests";
import { record, type Recording, type Registered } from "./recorder";

/** A Kubernetes object of a stack. */
interface RenderedObject {
  /** What the cluster would get. Keys and certificates in it are placeholders. */
  readonly manifest: Manifest;
  /** What may be shown and kept: secret values taken out. */
  readonly redacted: Manifest;
  readonly urn: string;
}

export interface Rendered {
  readonly stack: string;
  readonly resources: readonly Registered[];
  readonly objects: readonly RenderedObject[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Warnings of the program, and what is missing for a complete rendering. */
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

interface RenderOptions {
  /**
   * Render edges that are not signed yet as they will be when they are connected. Otherwise their
   * identity only. Default true.
   */
  readonly connected?: boolean;
}

/**
 * Renders one stack in process, and its hub where it refers to one: no engine, cluster or
 * credentials.
 */
export async function renderStack(
  project: Project,
  stack: string,
  options: RenderOptions = {},
): Promise<Rendered> {
  const [rendered] = await renderStacks(project, [stack], options);
  return rendered as Rendered;
}

/** Renders stacks one after the other, each hub once. */
export async function renderStacks(
  project: Project,
  stacks: readonly string[],
  { connected = true }: RenderOptions = {},
): Promise<Rendered[]> {
  const done = new Map<string, Rendered>();
  const render = async (stack: string): Promise<Rendered> => {
    const known = done.get(stack);
    if (known) return known;
    const hub = hubOf(project, stack);
    const rendered = await renderOne(
      project,
      stack,
      connected,
      hub ? await render(hub) : undefined,
    );
    done.set(stack, rendered);
    return rendered;
  };
  for (const stack of stacks) await render(stack);
  return stacks.map((stack) => done.get(stack) as Rendered);
}

async function renderOne(
  project: Project,
  stack: string,
  connected: boolean,
  hub?: Rendered,
): Promise<Rendered> {
  const contract = hub?.outputs["hub"] as HubContract | undefined;
  const written = readStackConfig(project.folder, stack);
  const config = await renderConfig(stack, written, connected, contract);
  const { edge } = project.settings(stack);
  const recording = await record({
    project: "heliograph",
    stack,
    config,
    references: hub && edge?.hub ? { [edge.hub.fromStack]: hub.outputs } : {},
    run: async () => {
      const configuration = loadConfiguration();
      return program(configuration, await start(configuration.settings));
    },
  });
  const missingHub = unknownHub(project, stack);
  return {
    stack,
    ...recording,
    // Without the hub, all that the program can say is that it needs it.
    warnings: missingHub ? [missingHub] : recording.messages,
    objects: objectsOf(recording),
    notes: notesOf(project, stack, connected),
  };
}

/** The Kubernetes objects among what a program registered. */
export function objectsOf({ resources }: Recording): RenderedObject[] {
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs, urn }) => ({
      urn,
      manifest: manifestOf(inputs),
      redacted: redactedManifestOf(inputs),
    }));
}

function notesOf(project: Project, stack: string, connected: boolean): string[] {
  const { hub, edge } = project.settings(stack);
  const waiting = hub ? waitingEdges(hub, edge?.name) : [];
  if (connected && waiting.length > 0) {
    return [
      `Not signed yet, rendered as they will be once connected: ${waiting.join(", ")} (--as-is: as they are now)`,
    ];
  }
  return [];
}
