import * as pulumi from "@pulumi/pulumi";
import { onRegistration, type Registered } from "../../src/cli/commands/render/recorder";

/** A resource as the program registered it. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  /** Logical name of the parent; undefined at the top of the stack. */
  readonly parent: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Logical names of what has to be made before it. */
  readonly after: readonly string[];
  /** Whether it is protected from deletion. */
  readonly protect?: boolean;
  /** Paths of the inputs that are marked as secret: `stringData.password`. */
  readonly secrets: readonly string[];
}

/**
 * Outputs of the TLS provider that programs read, made from the resource's name so that tests can
 * tell them apart.
 */
const COMPUTED: Readonly<Record<string, readonly string[]>> = {
  "tls:index/privateKey:PrivateKey": ["privateKeyPem", "publicKeyPem"],
  "tls:index/certRequest:CertRequest": ["certRequestPem"],
  "tls:index/selfSignedCert:SelfSignedCert": ["certPem", "validityEndTime"],
  "tls:index/locallySignedCert:LocallySignedCert": ["certPem", "validityEndTime"],
};

/**
 * Records what a program registers, with no engine: `outputs` adds to, or overrides, what the
 * resources of these names give back. Transforms and hooks do not run here.
 */
export function recordResources(
  outputs: Readonly<Record<string, Record<string, unknown>>> = {},
): Recorded[] {
  // Mocks are in place at once; the promise is about what nobody here waits for.
  void pulumi.runtime.setMocks(
    {
      call: ({ token }) => {
        throw new Error(`nothing may be looked up while resources are made: ${token}`);
      },
      newResource: ({ type, name, inputs }) => {
        const computed = Object.fromEntries(
          (COMPUTED[type] ?? []).map((output) => [output, `${name}.${output}`]),
        );
        return {
          id: String(outputs[name]?.["id"] ?? `${name}-id`),
          state: { ...inputs, ...computed, ...outputs[name] },
        };
      },
    },
    "heliograph",
    "test",
    false,
  );
  const recorded: Recorded[] = [];
  onRegistration((resource) => {
    if (resource.type !== "pulumi:pulumi:Stack") recorded.push(asRecorded(resource));
  });
  return recorded;
}

const nameOf = (urn: string) => urn.split("::").at(-1) ?? urn;

/**
 * `registered`, as tests read it: names instead of URNs, and values without the marks of secrets.
 */
function asRecorded({ type, name, parent, after, protect, inputs }: Registered): Recorded {
  return {
    type,
    name,
    parent: parent && nameOf(parent),
    after: after.map(nameOf),
    ...(protect && { protect }),
    inputs: withoutSecretMarks(inputs) as Recorded["inputs"],
    secrets: secretPaths(inputs),
  };
}

/** Key of the wire form that marks a secret. */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** Paths of a value in wire form at which something is marked as secret. */
export function secretPaths(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (SECRET_MARK in value) return [path.join(".")];
  return Object.entries(value).flatMap(([key, inner]) => secretPaths(inner, [...path, key]));
}

export function withoutSecretMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecretMarks);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_MARK in value) return withoutSecretMarks((value as { value?: unknown }).value);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutSecretMarks(inner)]),
  );
}

/** The value of an output. */
export function resolved<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) =>
    pulumi.output(output).apply((value) => resolve(value as pulumi.Unwrap<T>)),
  );
}

/**
 * Waits until every registration is through: what a test leaves in flight would land in the next
 * one's records.
 */
export function settled(): Promise<void> {
  return pulumi.runtime.disconnect();
}
