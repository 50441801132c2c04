import type { Problem } from "../kit/problems";
import { UNKNOWN } from "../kit/inputs";
import { ObjectStoreProvider, type ObjectStoreLocationArgs } from "./args";
import type { ObjectStoreConnection } from "./connection";

type Field = keyof ObjectStoreLocationArgs;

/** The fields of a provider, each with an example; the others belong to other providers. */
const FIELDS: Readonly<Record<ObjectStoreProvider, Readonly<Partial<Record<Field, string>>>>> = {
  azure: {
    storageAccount: "contosoheliograph",
    container: "metrics",
    clientId: "00000000-0000-0000-0000-000000000000",
  },
  gcs: { bucket: "heliograph-metrics", serviceAccount: "heliograph@project.iam.gserviceaccount.com" },
  s3: {
    bucket: "heliograph-metrics",
    region: "me-central-1",
    roleArn: "arn:aws:iam::123456789012:role/heliograph-metrics",
  },
  "s3-compatible": {
    bucket: "heliograph-metrics",
    endpoint: "minio.example.com:9000",
    accessKeyId: "AKIAEXAMPLE",
    secretAccessKey: "...",
  },
};
const OPTIONAL: Readonly<Partial<Record<ObjectStoreProvider, readonly Field[]>>> = {
  "s3-compatible": ["region", "insecure"],
};

const SHAPES: Readonly<Partial<Record<Field, readonly [RegExp, string]>>> = {
  bucket: [/^[a-z0-9][-._a-z0-9]{1,61}[a-z0-9]$/, "3 to 63 lower-case letters, digits, '-', '.', '_'"],
  container: [/^[a-z0-9](-?[a-z0-9]){2,62}$/, "3 to 63 lower-case letters, digits and single '-'"],
  storageAccount: [/^[a-z0-9]{3,24}$/, "3 to 24 lower-case letters and digits"],
  endpoint: [/^[^/:\s]+(:\d+)?$/, "host and port, without a scheme or a path"],
  roleArn: [/^arn:[-a-z]+:iam::\d{12}:role\/.+$/, "the ARN of a role"],
  serviceAccount: [/^[^@\s]+@[^@\s]+$/, "the e-mail of a service account"],
};

/** What a location may look like while it is checked: values, unknown values, or nothing. */
export type CheckedLocation = { readonly [K in Field]?: string | boolean | typeof UNKNOWN | undefined };

export const isProvider = (value: unknown): value is ObjectStoreProvider =>
  Object.values(ObjectStoreProvider).some((provider) => provider === value);

/** Everything that is wrong with a location. `section` is where it stands: `existing` or `create`. */
export function locationProblems(provider: ObjectStoreProvider, section: string, location: CheckedLocation): Problem[] {
  const fields = FIELDS[provider];
  const paste = (field: Field) => `${section}: { ${field}: ${JSON.stringify(fields[field])} }`;
  const missing = keys(fields)
    .filter((field) => location[field] === undefined || location[field] === "")
    .map((field) => ({
      path: `${section}.${field}`,
      got: location[field],
      expected: `a value: provider ${provider} needs ${keys(fields).join(", ")}`,
      paste: paste(field),
    }));
  const foreign = keys(location)
    .filter((field) => location[field] !== undefined && !(field in fields) && !OPTIONAL[provider]?.includes(field))
    .map((field) => ({
      path: `${section}.${field}`,
      got: shown(field, location[field]),
      expected: `nothing: provider ${provider} has no ${field}`,
      paste: `// remove ${field}`,
    }));
  const misshapen = keys(fields).flatMap((field) => {
    const [shape, expected] = SHAPES[field] ?? [];
    const value = location[field];
    if (!shape || typeof value !== "string" || value === "" || shape.test(value)) return [];
    return [{ path: `${section}.${field}`, got: value, expected: expected ?? "", paste: paste(field) }];
  });
  return [...missing, ...misshapen, ...foreign];
}

/** Keys of an object store never reach a message. */
function shown(field: Field, value: unknown): unknown {
  return field === "accessKeyId" || field === "secretAccessKey" || value === UNKNOWN ? "a value" : value;
}

function keys(object: object): Field[] {
  return Object.keys(object) as Field[];
}

/** A location whose values are all known; which of them are there depends on the provider, and was checked. */
export interface KnownLocation {
  bucket?: string;
  storageAccount?: string;
  container?: string;
  clientId?: string;
  serviceAccount?: string;
  roleArn?: string;
  region?: string;
  endpoint?: string;
  insecure?: boolean;
}

export const DEFAULT_REGION = "us-east-1";
const NOTHING: Omit<ObjectStoreConnection, "protocol" | "bucket"> = {
  prefix: "",
  endpoint: "",
  region: "",
  insecure: false,
  pathStyle: false,
  storageAccount: "",
  credentialsSecret: "",
  accessKeyIdKey: "",
  secretAccessKeyKey: "",
  serviceAccountAnnotations: {},
  podLabels: {},
};

/** What backends get to know. `credentials` names the Secret with static keys, where there is one. */
export function connectionOf(
  provider: ObjectStoreProvider,
  location: KnownLocation,
  credentials: Pick<ObjectStoreConnection, "credentialsSecret" | "accessKeyIdKey" | "secretAccessKeyKey"> | undefined,
): ObjectStoreConnection {
  const { bucket = "", region = "" } = location;
  switch (provider) {
    case "azure":
      return {
        ...NOTHING,
        protocol: "azure",
        bucket: location.container ?? "",
        storageAccount: location.storageAccount ?? "",
        serviceAccountAnnotations: { "azure.workload.identity/client-id": location.clientId ?? "" },
        podLabels: { "azure.workload.identity/use": "true" },
      };
    case "gcs":
      return {
        ...NOTHING,
        protocol: "gcs",
        bucket,
        serviceAccountAnnotations: { "iam.gke.io/gcp-service-account": location.serviceAccount ?? "" },
      };
    case "s3":
      return {
        ...NOTHING,
        protocol: "s3",
        bucket,
        region,
        endpoint: `s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`,
        serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": location.roleArn ?? "" },
      };
    case "s3-compatible":
      return {
        ...NOTHING,
        protocol: "s3",
        bucket,
        region: region || DEFAULT_REGION,
        endpoint: location.endpoint ?? "",
        insecure: location.insecure ?? false,
        pathStyle: true,
        ...credentials,
      };
  }
}
