import * as pulumi from "@pulumi/pulumi";
import { refuse } from "./issues";
import { isLater } from "./later";

/**
 * What an API server takes of the data of one ConfigMap or Secret, in bytes: `MaxSecretSize` of
 * https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/apis/core/types.go
 */
export const MOST_BYTES = 1024 * 1024;
/** From here on somebody has to look, before nothing can be deployed any more. */
export const MANY_BYTES = 900_000;

const KINDS: Readonly<Record<string, string>> = {
  "kubernetes:core/v1:ConfigMap": "ConfigMap",
  "kubernetes:core/v1:Secret": "Secret",
};
const FIELDS = ["data", "stringData"] as const;

type Data = Readonly<Record<string, pulumi.Input<string>>>;

/**
 * Options with which a component looks at the data of every ConfigMap and Secret below it, as soon
 * as values are known, so in a preview too: it warns of one that is nearly too large for an API
 * server, and refuses one that is.
 *
 * @param subject The component, as messages name it.
 */
export function sizeOptions(
  subject: string,
  opts: pulumi.ComponentResourceOptions = {},
): pulumi.ComponentResourceOptions {
  const transformation: pulumi.ResourceTransformation = ({ type, name, props, opts: own }) => {
    const kind = KINDS[type];
    if (!kind) return undefined;
    const size = new ObjectSize(subject, `${kind} ${name}`);
    const looked = FIELDS.filter((field) => props[field] !== undefined).map((field) => [
      field,
      size.looked(props[field] as pulumi.Input<Data>),
    ]);
    return { props: { ...props, ...Object.fromEntries(looked) }, opts: own };
  };
  return { ...opts, transformations: [...(opts.transformations ?? []), transformation] };
}

/** The bytes of one object, of which keys become known one by one. */
class ObjectSize {
  private readonly bytes = new Map<string, number>();
  private warned = false;

  constructor(
    private readonly subject: string,
    private readonly object: string,
  ) {}

  /** The same data, each of whose values counts once it is known. */
  looked(data: pulumi.Input<Data>): pulumi.Input<Data> {
    if (isLater(data)) {
      const output = pulumi.output(data) as pulumi.Output<Data>;
      return output.apply((known) => this.looked(known)) as pulumi.Output<Data>;
    }
    const entries = Object.entries(data as Data).map(([key, value]) => [
      key,
      isLater(value)
        ? pulumi.output(value).apply((known) => this.counted(key, known))
        : this.counted(key, value as string),
    ]);
    return Object.fromEntries(entries) as Data;
  }

  private counted<T>(key: string, value: T): T {
    this.bytes.set(key, typeof value === "string" ? Buffer.byteLength(value) : 0);
    const sum = [...this.bytes.values()].reduce((all, bytes) => all + bytes, 0);
    if (sum > MOST_BYTES) this.refuse(sum);
    if (sum > MANY_BYTES && !this.warned) {
      this.warned = true;
      void pulumi.log.warn(
        `${this.subject}: ${this.object} has ${this.shown(sum)}. ` +
          `A Kubernetes API server takes ${grouped(MOST_BYTES)} bytes of one object.`,
      );
    }
    return value;
  }

  private refuse(sum: number): void {
    refuse(this.subject, [
      {
        path: [this.object],
        got: this.shown(sum),
        expected: `at most ${grouped(MOST_BYTES)} bytes, all that a Kubernetes API server takes of one object`,
        lines: "give a part of its tenants another cell, or bring fewer and smaller files",
      },
    ]);
  }

  private shown(sum: number): string {
    const [key = "", bytes = 0] = [...this.bytes].sort(([, a], [, b]) => b - a)[0] ?? [];
    return `${grouped(sum)} bytes or more, most of them (${grouped(bytes)}) at its key ${key}`;
  }
}

const grouped = (bytes: number) => bytes.toLocaleString("en");
