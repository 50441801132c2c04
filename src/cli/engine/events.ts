import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";

export type Change = "created" | "changed" | "replaced" | "deleted";
export const CHANGES: readonly Change[] = ["created", "changed", "replaced", "deleted"];

export interface ResourceChange {
  readonly urn: string;
  readonly change: Change;
  /**
   * The engine's own account of the step, with inputs before and after, without values of secrets.
   */
  readonly step: StepEventMetadata;
}

/** An error or a warning of the engine, a provider or the program. */
export interface Diagnostic {
  /** The resource it is about; undefined where it is about the program as a whole. */
  readonly urn: string | undefined;
  readonly message: string;
}

/** A resource that the engine is working on, and its provider's latest status message. */
export interface Awaited {
  readonly urn: string;
  readonly since: number;
  readonly status: string;
}

/** Everything that the engine has reported of an operation so far. */
export interface Operation {
  /**
   * Planned in a preview; running or done in an update. One per resource, in order of appearance.
   */
  readonly changes: ReadonlyMap<string, ResourceChange>;
  /** Resources whose step has ended, unchanged ones too. */
  readonly done: ReadonlySet<string>;
  readonly awaited: ReadonlyMap<string, Awaited>;
  readonly failed: readonly string[];
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  /** The stack's outputs, as far as they are known. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export const NO_EVENTS: Operation = {
  changes: new Map(),
  done: new Set(),
  awaited: new Map(),
  failed: [],
  errors: [],
  warnings: [],
  outputs: {},
};

const ROOT = "pulumi:pulumi:Stack";

/**
 * What a step does to its resource; undefined where it does nothing. The engine reports a
 * replacement as up to three steps.
 */
const CHANGE_OF: Partial<Record<OpType, Change>> = {
  create: "created",
  import: "created",
  update: "changed",
  replace: "replaced",
  "create-replacement": "replaced",
  "delete-replaced": "replaced",
  "import-replacement": "replaced",
  delete: "deleted",
};

/** The operation after another event of the engine. */
export function fold(operation: Operation, event: EngineEvent): Operation {
  if (event.resourcePreEvent)
    return started(operation, event.resourcePreEvent.metadata, event.timestamp);
  if (event.resOutputsEvent) return ended(operation, event.resOutputsEvent.metadata);
  if (event.resOpFailedEvent) {
    const { urn } = event.resOpFailedEvent.metadata;
    return {
      ...ended(operation, event.resOpFailedEvent.metadata),
      failed: [...operation.failed, urn],
    };
  }
  if (event.diagnosticEvent) return diagnosed(operation, event.diagnosticEvent);
  return operation;
}

function started(operation: Operation, step: StepEventMetadata, timestamp: number): Operation {
  const change = CHANGE_OF[step.op];
  if (step.type === ROOT || !change) return operation;
  const { urn } = step;
  const former = operation.changes.get(urn);
  const changes = new Map(operation.changes).set(urn, {
    urn,
    change,
    step: clearer(former?.step, step),
  });
  const awaited = new Map(operation.awaited).set(urn, { urn, since: timestamp, status: "" });
  return { ...operation, changes, awaited };
}

/** The step of a replacement that names the properties that cause it. */
function clearer(
  former: StepEventMetadata | undefined,
  step: StepEventMetadata,
): StepEventMetadata {
  return former && (former.keys ?? []).length > 0 ? former : step;
}

function ended(operation: Operation, step: StepEventMetadata): Operation {
  const { urn, type, new: state } = step;
  if (type === ROOT) return { ...operation, outputs: state?.outputs ?? {} };
  const awaited = new Map(operation.awaited);
  awaited.delete(urn);
  // A refresh reports a change only when it has read the resource.
  const found = operation.changes.has(urn) ? undefined : CHANGE_OF[step.op];
  const changes = found
    ? new Map(operation.changes).set(urn, { urn, change: found, step })
    : operation.changes;
  return { ...operation, changes, awaited, done: new Set(operation.done).add(urn) };
}

function diagnosed(
  operation: Operation,
  event: NonNullable<EngineEvent["diagnosticEvent"]>,
): Operation {
  const message = withoutColours(event.message).trim();
  const { urn, severity } = event;
  if (message === "") return operation;
  const waiting = urn ? operation.awaited.get(urn) : undefined;
  if (severity === "info" || event.ephemeral) {
    if (!waiting) return operation;
    return {
      ...operation,
      awaited: new Map(operation.awaited).set(waiting.urn, { ...waiting, status: message }),
    };
  }
  if (severity === "error")
    return { ...operation, errors: addOnce(operation.errors, { urn: urn || undefined, message }) };
  if (severity === "warning" && !PLUGIN_ON_PATH.test(message)) {
    return {
      ...operation,
      warnings: addOnce(operation.warnings, { urn: urn || undefined, message }),
    };
  }
  return operation;
}

/** The engine warns of this in every run if plugins were put on the PATH on purpose. */
const PLUGIN_ON_PATH = /^using pulumi-\S+ from \$PATH/;

/** The engine reports some messages twice: for the resource, and for the stack. */
function addOnce(known: readonly Diagnostic[], added: Diagnostic): Diagnostic[] {
  const isKnown = known.some(({ message }) => message === added.message);
  return isKnown ? [...known] : [...known, added];
}

/** Messages have placeholders for colours: `<{%fg 1%}>`. */
function withoutColours(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "");
}

/** How many resources an update has created, changed, replaced or deleted. */
export function countDone({ changes, done, failed }: Operation, change: Change): number {
  return [...changes.values()].filter(
    (each) => each.change === change && done.has(each.urn) && !failed.includes(each.urn),
  ).length;
}

/**
 * `urn:pulumi:dev::heliograph::a:b:C$kubernetes:apps/v1:Deployment::edge-agent` -> `Deployment
 * edge-agent`
 */
export function resourceName(urn: string): string {
  const [, , types = "", name = urn] = urn.split("::");
  const kind = types.split(/[$:/]/).at(-1);
  return types.startsWith("pulumi:providers:") ? `Provider ${kind} ${name}` : `${kind} ${name}`;
}

/**
 * Whether a resource is the engine's own, and is not deployed: stacks, providers, stack references.
 */
export function isPlumbing(type: string): boolean {
  return /^pulumi:(providers|pulumi):/.test(type);
}
