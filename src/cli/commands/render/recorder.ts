import * as pulumi from "@pulumi/pulumi";
import type {
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { stateOf, type References } from "./placeholders";

/** A resource as the program registered it. */
export interface Registered {
  readonly urn: string;
  /** URN of the parent; undefined at the top of the stack. */
  readonly parent: string | undefined;
  readonly type: string;
  readonly name: string;
  /** In wire form: secrets are still marked. */
  readonly inputs: unknown;
  /** URNs of the resources that have to exist before it. */
  readonly after: readonly string[];
  /** Whether it is protected from deletion. */
  readonly protect: boolean;
}

export interface Recording {
  readonly resources: readonly Registered[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What the program said to its user. */
  readonly messages: readonly string[];
}

interface Program {
  readonly project: string;
  readonly stack: string;
  /** Values by key, as the engine hands them over: structured ones as JSON. */
  readonly config: Record<string, string>;
  readonly references: References;
  run(): Promise<object>;
}

/**
 * The part of the SDK's mock monitor that is used here; its class is not part of the SDK's public
 * types.
 */
interface Monitor {
  registerResource(
    request: RegisterResourceRequest,
    callback: (error: unknown, response?: RegisterResourceResponse) => void,
  ): Promise<void>;
}

/**
 * Runs a program against the SDK's mocks and records what it registers. One at a time: the SDK
 * keeps its state per process.
 */
export async function record({
  project,
  stack,
  config,
  references,
  run,
}: Program): Promise<Recording> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => stateOf({ type, name, inputs, id, references }),
      call: ({ token }) => {
        throw new Error(`render answers no provider function, and the program calls ${token}`);
      },
    },
    project,
    stack,
    false,
    "organization",
  );
  pulumi.runtime.setAllConfig(config, []);
  const resources: Registered[] = [];
  onRegistration((resource) => resources.push(resource));

  const messages: string[] = [];
  const outputs = await withoutUnhandledRejections(() =>
    collectingWarnings(messages, async () => {
      const outputs = await pulumi.runtime.runInPulumiStack(run);
      // Outputs may be known before the last resource is registered.
      await pulumi.runtime.disconnect();
      return plainOutputs(outputs);
    }),
  );
  return { resources, outputs, messages };
}

/**
 * Without an engine the SDK writes `pulumi.log.warn` to the console, into the middle of our own
 * output.
 */
async function collectingWarnings<T>(messages: string[], work: () => Promise<T>): Promise<T> {
  const { warn } = console;
  console.warn = (...text) => void messages.push(text.join(" ").replace("warning: [runtime] ", ""));
  try {
    return await work();
  } finally {
    console.warn = warn;
  }
}

/**
 * Calls `note` with every resource that is registered from now on, in the order of the program; its
 * URN is filled in once it is known. Mocks are told neither of parents, nor of components without
 * inputs, nor which part of an input is secret, so the requests themselves are read. To be called
 * once, after `setMocks`.
 */
export function onRegistration(note: (resource: Registered) => void): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const resource = {
      urn: "",
      parent: request.getParent() || undefined,
      type: request.getType(),
      name: request.getName(),
      inputs: request.getObject()?.toJavaScript() ?? {},
      after: request.getDependenciesList(),
      protect: request.getProtect() ?? false,
    };
    note(resource);
    return register(request, (error, response) => {
      resource.urn = response?.getUrn() ?? "";
      callback(error, response);
    });
  };
}

/**
 * Throws what fails inside an `apply`. Nobody awaits it, and without an engine it would end the
 * process with a bare stack trace.
 */
async function withoutUnhandledRejections<T>(work: () => Promise<T>): Promise<T> {
  const unhandled: unknown[] = [];
  const keep = (error: unknown) => void unhandled.push(error);
  process.on("unhandledRejection", keep);
  const [outcome] = await Promise.allSettled([work()]);
  // Rejections are reported only after the microtasks of this turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", keep);
  if (outcome.status === "rejected") throw outcome.reason;
  if (unhandled.length > 0) throw unhandled[0];
  return outcome.value;
}

async function plainOutputs(outputs: pulumi.Inputs | undefined): Promise<Record<string, unknown>> {
  const resolved = pulumi.output(outputs ?? {});
  return new Promise((resolve) =>
    resolved.apply((values) => resolve(values as Record<string, unknown>)),
  );
}
