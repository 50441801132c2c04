import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";

export type Change = "created" | "changed" | "replaced" | "deleted";
export const CHANGES: readonly Change[] = ["created", "changed", "replaced", "deleted"];

export interface ResourceChange {
  readonly urn: string;
  readonly change: Change;
  /** The step as the engine sees it, with inputs before and after. Values of secrets are not in it. */
  readonly step: StepEventMetadata;
}

export interface Complaint {
  /** The resource it is about; undefined where it is about the program as a whole. */
  readonly urn: string | undefined;
  readonly message: string;
}

/** A resource that the engine works on right now, and what its provider says about that. */
export interface Awaited {
  readonly urn: string;
  readonly since: number;
  readonly status: string;
}

/** What is known of an operation of the engine, so far. */
export interface Operation {
  /** Planned in a preview; under way or done in an update. One per resource, in the order in which they came up. */
  readonly changes: ReadonlyMap<string, ResourceChange>;
  /** Resources whose step has ended, unchanged ones too. */
  readonly done: ReadonlySet<string>;
  readonly awaited: ReadonlyMap<string, Awaited>;
  readonly failed: readonly string[];
  readonly errors: readonly Complaint[];
  readonly warnings: readonly Complaint[];
  /** What the program shows, as far as it is known. */
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

/** What a step does to its resource; undefined where it does nothing. The engine reports a replacement as up to three steps. */
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
  if (event.diagnosticEvent) return told(operation, event.diagnosticEvent);
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

/** Of the steps of a replacement, the one that says which properties cause it. */
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
  // What a refresh has found is said when it has looked.
  const found = operation.changes.has(urn) ? undefined : CHANGE_OF[step.op];
  const changes = found
    ? new Map(operation.changes).set(urn, { urn, change: found, step })
    : operation.changes;
  return { ...operation, changes, awaited, done: new Set(operation.done).add(urn) };
}

function told(operation: Operation, event: NonNullable<EngineEvent["diagnosticEvent"]>): Operation {
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

/** Said in every run where plugins were put on the PATH on purpose. */
const PLUGIN_ON_PATH = /^using pulumi-\S+ from \$PATH/;

/** The engine says some things twice: for the resource, and for the stack. */
function addOnce(complaints: readonly Complaint[], complaint: Complaint): Complaint[] {
  const known = complaints.some(({ message }) => message === complaint.message);
  return known ? [...complaints] : [...complaints, complaint];
}

/** Messages carry marks for colours, `<{%fg 1%}>`, to be filled in by whoever shows them. */
function withoutColours(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "");
}

/** How many resources an update has changed so. */
export function countDone({ changes, done, failed }: Operation, change: Change): number {
  return [...changes.values()].filter(
    (each) => each.change === change && done.has(each.urn) && !failed.includes(each.urn),
  ).length;
}

/** `urn:pulumi:dev::heliograph::a:b:C$kubernetes:apps/v1:Deployment::edge-agent` -> `Deployment edge-agent` */
export function resourceName(urn: string): string {
  const [, , types = "", name = urn] = urn.split("::");
  const kind = types.split(/[$:/]/).at(-1);
  return types.startsWith("pulumi:providers:") ? `Provider ${kind} ${name}` : `${kind} ${name}`;
}
