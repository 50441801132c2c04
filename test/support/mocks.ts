import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  /** Logical name of the parent; undefined at the top of the stack. */
  parent?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Logical names of what has to be made before it. */
  readonly after: readonly string[];
  /** Whether it is protected from deletion. */
  readonly protect?: true;
}

/** Outputs of the TLS provider that programs read, made from the resource's name so that tests can tell them apart. */
const COMPUTED: Readonly<Record<string, readonly string[]>> = {
  "tls:index/privateKey:PrivateKey": ["privateKeyPem", "publicKeyPem"],
  "tls:index/certRequest:CertRequest": ["certRequestPem"],
  "tls:index/selfSignedCert:SelfSignedCert": ["certPem", "validityEndTime"],
  "tls:index/locallySignedCert:LocallySignedCert": ["certPem", "validityEndTime"],
};

/**
 * Records what a program registers, with no engine: `outputs` adds to, or overrides, what the resources of these names give back.
 * Transforms and hooks do not run here.
 */
export function recordResources(
  outputs: Readonly<Record<string, Record<string, unknown>>> = {},
): Recorded[] {
  const recorded: Recorded[] = [];
  pulumi.runtime.setMocks(
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
  interceptRegistrations(recorded);
  return recorded;
}

/** Mocks are told neither the parent nor of components without inputs, so the registrations themselves are recorded. */
function interceptRegistrations(recorded: Recorded[]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: (request: unknown, done: unknown) => unknown;
  };
  const original = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: unknown, done: unknown) => {
    const registration = request as {
      getType(): string;
      getName(): string;
      getParent(): string;
      getDependenciesList(): string[];
      getProtect(): boolean;
      getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
    };
    if (registration.getType() !== "pulumi:pulumi:Stack") {
      const parent = registration.getParent().split("::").at(-1);
      recorded.push({
        type: registration.getType(),
        name: registration.getName(),
        parent: parent || undefined,
        after: registration.getDependenciesList().map((urn) => urn.split("::").at(-1) ?? urn),
        ...(registration.getProtect() && { protect: true as const }),
        inputs: withoutSecretMarks(registration.getObject()?.toJavaScript() ?? {}) as Record<
          string,
          unknown
        >,
      });
    }
    return original(request, done);
  };
}

const SECRET_MARK = "4dabf18193072939515e22adb298388d";

function withoutSecretMarks(value: unknown): unknown {
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

/** Waits until every registration is through: what a test leaves in flight would land in the next one's records. */
export function settled(): Promise<void> {
  return pulumi.runtime.disconnect();
}
