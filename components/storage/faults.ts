import { UNKNOWN } from "../kit/unknown";
import type { ObjectStoreProvider } from "./args";
import { FIELDS, type Field, type Section } from "./fields";
import { lifecycleFaults } from "./lifecycle";
import { BUCKETS, brokenRule, brokenTagRule, CONTAINER, STORAGE_ACCOUNT } from "./names";
import { isRegionOf, likelyRegion } from "./regions";

/** A field that is not as it has to be. */
export interface StoreFault {
  readonly field: Field;
  readonly got: unknown;
  readonly expected: string;
  /** A value that would do; left out where the field has to go. */
  readonly example?: unknown;
}

/** What a location may look like while it is checked: values, unknown values, or nothing. */
export type CheckedLocation = { readonly [K in Field]?: unknown };

/** Everything that is wrong with a location. `retentionDays`: the longest retention of what is stored there. */
export function locationFaults(
  provider: ObjectStoreProvider,
  section: Section,
  location: CheckedLocation,
  retentionDays?: number,
): StoreFault[] {
  return [
    ...missingFaults(provider, section, location),
    ...keys(location).flatMap((field) => valueFaults(provider, section, location, field)),
    ...(section === "create" ? lifecycleFaults(provider, location, retentionDays) : []),
    ...foreignFaults(provider, section, location),
  ];
}

const given = (value: unknown) => value !== undefined && value !== "" && value !== false;

function missingFaults(
  provider: ObjectStoreProvider,
  section: Section,
  location: CheckedLocation,
): StoreFault[] {
  const { needed, oneOf = {} } = FIELDS[provider][section];
  const expected = `a value: provider ${provider} needs ${keys(needed).join(", ")}`;
  const missing = keys(needed)
    .filter((field) => !given(location[field]))
    .map((field) => ({ field, got: location[field], expected, example: needed[field] }));
  return [...missing, ...identityFaults(oneOf, location)];
}

function foreignFaults(
  provider: ObjectStoreProvider,
  section: Section,
  location: CheckedLocation,
): StoreFault[] {
  return keys(location)
    .filter((field) => location[field] !== undefined && !hasField(provider, section, field))
    .map((field) => {
      const where = hasField(provider, section === "create" ? "existing" : "create", field)
        ? ` in ${section}`
        : "";
      const expected = `nothing: provider ${provider} has no ${field}${where}`;
      return { field, got: shown(field, location[field]), expected };
    });
}

function hasField(provider: ObjectStoreProvider, section: Section, field: Field): boolean {
  const { needed, oneOf, optional } = FIELDS[provider][section];
  return field in { ...needed, ...oneOf, ...optional };
}

function identityFaults(oneOf: CheckedLocation, location: CheckedLocation): StoreFault[] {
  const ways = keys(oneOf);
  const [first] = ways;
  const taken = ways.filter((field) => given(location[field]));
  if (!first || taken.length === 1) return [];
  const expected = `one of ${ways.join(" and ")}: by it pods get the role that may use the bucket`;
  return taken.length === 0
    ? [{ field: first, got: location[first], expected, example: oneOf[first] }]
    : taken.slice(1).map((field) => ({ field, got: location[field], expected }));
}

type Shape = readonly [RegExp, string];

const PROJECT: Shape = [
  /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/,
  "the id of a project: 6 to 30 lower-case letters, digits and '-'",
];

/** The shape of a value, and what to say where it has another. */
const SHAPES: Readonly<Partial<Record<Field, Shape>>> = {
  clientId: [
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    "the client id of a managed identity: a GUID",
  ],
  endpoint: [/^[^/:\s]+(:\d+)?$/, "host and port, without a scheme or a path"],
  roleArn: [/^arn:[-a-z]+:iam::\d{12}:role\/.+$/, "the ARN of a role"],
  serviceAccount: [/^[^@\s]+@[^@\s]+$/, "the e-mail of a service account"],
  oidcProviderArn: [
    /^arn:[-a-z]+:iam::\d{12}:oidc-provider\/.+$/,
    "the ARN of an IAM OIDC provider",
  ],
  eksCluster: [
    /^[0-9A-Za-z][-_0-9A-Za-z]{0,99}$/,
    "the name of an EKS cluster: letters, digits, '-', '_', at most 100",
  ],
  project: PROJECT,
  clusterProject: PROJECT,
  resourceGroup: [
    /^[-\w.()]{0,89}[-\w()]$/,
    "1 to 90 letters, digits, '-', '_', '.', '(' and ')', not ending with '.'",
  ],
  oidcIssuer: [/^https:\/\/\S+$/, "the https URL of the cluster's OIDC issuer"],
  redundancy: [/^(LRS|ZRS|GRS|GZRS|RAGRS|RAGZRS)$/, "one of LRS, ZRS, GRS, GZRS, RAGRS, RAGZRS"],
  keyIdentity: [
    /^\/subscriptions\/.+\/userAssignedIdentities\/[^/]+$/i,
    "the resource id of a managed identity",
  ],
  privateEndpointSubnet: [
    /^\/subscriptions\/.+\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i,
    "the resource id of a subnet",
  ],
  privateDnsZone: [
    /^\/subscriptions\/.+\/privateDnsZones\/privatelink\.blob\.[^/]+$/i,
    "the resource id of a private DNS zone privatelink.blob...",
  ],
};

/** What has to be given with it. */
const TOGETHER: Readonly<Partial<Record<Field, Field>>> = {
  privateDnsZone: "privateEndpointSubnet",
  keyIdentity: "key",
  key: "keyIdentity",
};

function valueFaults(
  provider: ObjectStoreProvider,
  section: Section,
  location: CheckedLocation,
  field: Field,
): StoreFault[] {
  const { needed, oneOf, optional } = FIELDS[provider][section];
  const examples: CheckedLocation = { ...needed, ...oneOf, ...optional };
  const value = location[field];
  if (!given(value) || !(field in examples)) return [];
  const other = TOGETHER[field];
  if (other && hasField(provider, section, other) && !given(location[other])) {
    return [
      {
        field: other,
        got: undefined,
        expected: `a value, since ${field} is given`,
        example: examples[other],
      },
    ];
  }
  const wrong = (expected: string, example = examples[field]) => [
    { field, got: value, expected, example },
  ];
  if (field === "tags") {
    const rule = brokenTagRule(provider, value as Readonly<Record<string, string>>);
    return rule ? wrong(`tags as ${provider} takes them: ${rule}`) : [];
  }
  if (typeof value !== "string") return [];
  const [shape, expected = ""] = SHAPES[field] ?? [];
  if (shape && !shape.test(value)) return wrong(expected);
  switch (field) {
    case "bucket":
      return nameFault(
        BUCKETS[provider as keyof typeof BUCKETS],
        `a bucket of provider ${provider}`,
      );
    case "storageAccount":
      return nameFault(STORAGE_ACCOUNT, "a storage account");
    case "container":
      return nameFault(CONTAINER, "a container");
    case "region":
      return isRegionOf(provider, value)
        ? []
        : wrong(
            `a region that provider ${provider} knows by this name`,
            likelyRegion(provider, value),
          );
    case "key":
      return keyFaults(provider, location, value).flatMap((expected) => wrong(expected));
    default:
      return [];
  }

  function nameFault(rules: (typeof BUCKETS)[keyof typeof BUCKETS], what: string): StoreFault[] {
    const rule = brokenRule(rules, value as string);
    return rule ? wrong(`a name of ${what}: ${rule}`) : [];
  }
}

const KEYS: Readonly<Partial<Record<ObjectStoreProvider, Shape>>> = {
  s3: [/^arn:[-a-z]+:kms:(?<region>[-a-z0-9]+):\d{12}:key\/.+$/, "the ARN of a KMS key"],
  gcs: [
    /^projects\/[^/]+\/locations\/(?<region>[^/]+)\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
    "the name of a Cloud KMS key",
  ],
  azure: [/^https:\/\/[^/]+\/keys\/[^/]+(\/[^/]+)?$/, "the URL of a Key Vault key"],
};

/** A key elsewhere is refused by the cloud, when half of the rest is made. */
function keyFaults(
  provider: ObjectStoreProvider,
  { region }: CheckedLocation,
  key: string,
): string[] {
  const [shape, expected = ""] = KEYS[provider] ?? [];
  const found = shape?.exec(key);
  if (!found) return [expected];
  const home = found.groups?.["region"];
  if (!home || typeof region !== "string" || home === region.toLowerCase()) return [];
  return [`${expected} in the bucket's region, ${region}`];
}

/** Keys of an object store never reach a message. */
function shown(field: Field, value: unknown): unknown {
  return field === "accessKeyId" || field === "secretAccessKey" || value === UNKNOWN
    ? "a value"
    : value;
}

function keys(object: object): Field[] {
  return Object.keys(object) as Field[];
}
