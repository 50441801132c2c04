import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { Failure } from "../ui/failure";
import { indent } from "../ui/text";
import { type Diagnostic, fold, NO_EVENTS, type Operation, resourceName } from "./events";
import { PulumiFailure } from "./pulumi";
import { adviceOn, explained } from "./failures";

/** `refresh`: finds what has changed outside Pulumi since the last update, without recording it. */
type Kind = "preview" | "update" | "destroy" | "refresh";

/** A failed operation of the engine, with the stack, the resources and their whole messages. */
class OperationFailure extends Failure {
  constructor(
    stack: string,
    kind: Kind,
    readonly operation: Operation,
  ) {
    const errors = operation.errors.map(describe).join("\n\n");
    super(`Stack ${stack}: the ${kind} failed.\n\n${errors}`, adviceOn(errors, stack));
  }
}

/**
 * Runs an operation and reports its progress. Resolves with what it did, or throws a Failure with
 * advice. `target`: URNs of the resources to refresh. Defaults to all.
 */
export async function operate(
  kind: Kind,
  stack: Stack,
  onProgress: (operation: Operation) => void = () => {},
  target?: string[],
): Promise<Operation> {
  let operation = NO_EVENTS;
  const onEvent = (event: EngineEvent) => {
    operation = fold(operation, event);
    onProgress(operation);
  };
  try {
    const options = {
      onEvent,
      color: "never",
      suppressOutputs: true,
      suppressProgress: true,
    } as const;
    if (kind === "preview") await stack.preview(options);
    else if (kind === "refresh") await stack.previewRefresh({ ...options, target });
    else await (kind === "update" ? stack.up(options) : stack.destroy(options));
    return operation;
  } catch (error) {
    if (!(error instanceof PulumiFailure)) throw error;
    const errors = operation.errors.filter(({ message }) => !REPEATS.test(message));
    if (errors.length === 0) throw explained(error, stack.name);
    throw new OperationFailure(stack.name, kind, { ...operation, errors });
  }
}

/** Messages that the engine adds to the real error. */
const REPEATS = /^(update|preview|destroy|refresh) (failed|canceled)$/;

function describe({ urn, message }: Diagnostic): string {
  return urn && !urn.includes("::pulumi:pulumi:Stack::")
    ? `${resourceName(urn)}\n${indent(message, "  ")}`
    : message;
}
