import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_BACKENDS, DEFAULT_CELL } from "../contract/defaults";
import { knownNow } from "../kit/inputs";
import { refuse, TYPESCRIPT, under, type Issue } from "../kit/issues";
import { UNKNOWN } from "../kit/unknown";
import type { ObjectStoreBucketArgs } from "./args";
import type { Cloud, Section, SectionName, Values } from "./cloud";
import { CLOUDS, type CloudKey } from "./clouds";
import type { ObjectStoreConnection } from "./connection";
import { PREFIX } from "./fields";
import { cloudIssues, sectionIssues } from "./sections";

/**
 * A bucket for one signal, which exists or is created. With `azure`, `s3` and `gcs` pods use
 * workload identity, and no secret is stored. A created bucket is private, encrypted, accepts only
 * TLS, and is protected from deletion. With `s3Compatible` the keys are put into a Secret, and a
 * Job in the cluster creates the bucket. The SDK of a cloud is loaded only to create a bucket
 * there.
 *
 * ```ts
 * const { connection } = new ObjectStoreBucket("metrics", {
 *   s3: {
 *     create: { bucket: "contoso-heliograph-metrics", region: "me-central-1", eksCluster: "ops" },
 *   },
 *   namespace: "heliograph-hub",
 *   // Pods of the hub's stores have an account for each backend and cell.
 *   kubernetesServiceAccount: `${backend}-${cell}`,
 * });
 * ```
 *
 * Throws a `ConfigurationError` if the cloud would reject the bucket, or would lose data in it.
 */
export class ObjectStoreBucket extends pulumi.ComponentResource {
  /** What backends need to use the bucket; no secret. It is known once the bucket is usable. */
  readonly connection: pulumi.Output<ObjectStoreConnection>;

  constructor(name: string, args: ObjectStoreBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("heliograph:index:ObjectStoreBucket", name, {}, opts);
    refuse(`ObjectStoreBucket ${name}`, argsIssues(args));
    this.connection = connect(this, name, args);
    this.registerOutputs({ connection: this.connection });
  }
}

/** The section that was given, of the cloud that was given. */
interface Chosen {
  readonly key: CloudKey;
  readonly cloud: Cloud;
  readonly name: SectionName;
  readonly section: Section;
  readonly given: Values;
}

function chosenOf(args: ObjectStoreBucketArgs): Chosen {
  const key = keysOf(args)[0]!;
  const cloud: Cloud = CLOUDS[key];
  const { existing, create } = args[key] as Sections;
  const name = existing ? "existing" : "create";
  return { key, cloud, name, section: cloud[name], given: (existing ?? create)! };
}

type Sections = { readonly [K in SectionName]?: Values };

function keysOf(args: ObjectStoreBucketArgs): CloudKey[] {
  return (Object.keys(CLOUDS) as CloudKey[]).filter((key) => args[key] !== undefined);
}

function connect(parent: ObjectStoreBucket, name: string, args: ObjectStoreBucketArgs) {
  const { namespace = "", kubernetesServiceAccount: serviceAccount = "", images } = args;
  const chosen = chosenOf(args);
  const { cloud, given } = chosen;
  const request = {
    name,
    parent,
    given,
    checked: checkedLate(name, args, chosen),
    pods: pulumi.output({ namespace, serviceAccount }),
    namespace,
    images,
  };
  const { location, before } =
    chosen.name === "create"
      ? cloud.createBucket(request)
      : (cloud.useBucket?.(request) ?? { location: request.checked, before: [] });
  const usable = pulumi.all([location, pulumi.all(before.map(({ urn }) => urn))]);
  return usable.apply(([known]) => ({
    ...cloud.connection(known as Values),
    prefix: args.prefix ?? "",
  }));
}

/** The same checks, for values that only the engine knew. Secret fields are left out of it. */
function checkedLate(
  name: string,
  { retentionDays }: ObjectStoreBucketArgs,
  { key, cloud, name: sectionName, section, given }: Chosen,
): pulumi.Output<object> {
  const { secret = [] } = section;
  const shown = Object.entries(given).filter(([field]) => !secret.includes(field));
  const later = Object.fromEntries(secret.map((field) => [field, UNKNOWN]));
  return pulumi.output(Object.fromEntries(shown)).apply((known) => {
    const values = { ...(known as Values), ...later };
    const issues = sectionIssues(cloud, sectionName, values, retentionDays);
    refuse(`ObjectStoreBucket ${name}`, under([key, sectionName], issues));
    return known as object;
  });
}

function argsIssues(args: ObjectStoreBucketArgs): Issue[] {
  const keys = keysOf(args);
  const [key] = keys;
  if ("provider" in args) return [formerArgs(args as FormerArgs)];
  if (key === undefined || keys.length > 1) return [notOneCloud(keys)];
  const cloud: Cloud = CLOUDS[key];
  const sections = args[key] as Sections;
  const { error } = PREFIX.optional().safeParse(args.prefix);
  const expected = "letters and digits";
  return [
    ...(error ? [{ path: ["prefix"], got: args.prefix, expected, example: "heliograph" }] : []),
    ...podIssues(cloud, sections, args),
    ...expiryIssues(sections, args),
    ...under([key], cloudIssues(cloud, knownSections(sections), args.retentionDays)),
  ];
}

function knownSections({ existing, create }: Sections): Sections {
  return {
    ...(existing && { existing: knownNow(existing) }),
    ...(create && { create: knownNow(create) }),
  };
}

function notOneCloud(keys: readonly CloudKey[]): Issue {
  return {
    path: [Object.keys(CLOUDS).join(", ")],
    got: keys.length > 1 ? keys : undefined,
    expected: "exactly one: the cloud, or other store, that has the bucket",
    lines: "s3Compatible: { existing: { ... } }",
  };
}

/** How the arguments were until the cloud became a key. */
interface FormerArgs extends Sections {
  readonly provider: string;
}

function formerArgs({ provider, existing, create }: FormerArgs): Issue {
  const [key, cloud] =
    Object.entries<Cloud>(CLOUDS).find(([, one]) => one.provider === provider) ?? [];
  const all = Object.keys(CLOUDS).join(", ");
  const expected = `nothing: the store is a key of its own, one of ${all}`;
  const name = existing ? "existing" : "create";
  const given = existing ?? create ?? {};
  const shown = Object.entries(given).map(([field, value]) => [
    field,
    typeof value === "object" || cloud?.[name].secret?.includes(field) ? "..." : value,
  ]);
  return {
    path: ["provider"],
    got: provider,
    expected,
    lines: key
      ? TYPESCRIPT.paste([key, name], Object.fromEntries(shown))
      : "s3Compatible: { existing: { ... } }",
  };
}

/** Whose pods use the bucket. */
function podIssues(
  { staticKeys }: Cloud,
  { create }: Sections,
  { namespace, kubernetesServiceAccount }: ObjectStoreBucketArgs,
): Issue[] {
  const keys = staticKeys ? ": the Secret with its keys goes there" : "";
  const needsNamespace = (staticKeys || create) && !namespace;
  const needsAccount = create && !staticKeys && !kubernetesServiceAccount;
  return [
    ...(needsNamespace
      ? [
          {
            path: ["namespace"],
            expected: `the namespace of the pods that use the bucket${keys}`,
            example: "heliograph-hub",
          },
        ]
      : []),
    ...(needsAccount
      ? [
          {
            path: ["kubernetesServiceAccount"],
            expected: "the service account of the pods that use the bucket",
            example: `${DEFAULT_BACKENDS.metrics}-${DEFAULT_CELL}`,
          },
        ]
      : []),
  ];
}

function expiryIssues({ create }: Sections, { retentionDays }: ObjectStoreBucketArgs): Issue[] {
  if (create?.["expireAfterDays"] === undefined || retentionDays !== undefined) return [];
  const expected =
    "the longest retention of what is stored there, since create.expireAfterDays is given";
  return [{ path: ["retentionDays"], expected, example: 365 }];
}
