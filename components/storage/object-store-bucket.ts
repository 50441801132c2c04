import * as pulumi from "@pulumi/pulumi";
import { OBJECT_PREFIX, OBJECT_PREFIX_EXPECTED } from "../contract/names";
import { knownNow } from "../kit/inputs";
import { ConfigurationError, refuse, type Problem } from "../kit/problems";
import {
  ObjectStoreProvider,
  type ObjectStoreBucketArgs,
  type ObjectStoreCreationArgs,
} from "./args";
import { createS3Bucket } from "./clouds/aws";
import { createAzureContainer } from "./clouds/azure";
import type { CheckedValues, CloudBucketArgs, MadeBucket } from "./clouds/cloud";
import { createGcsBucket } from "./clouds/gcp";
import type { ObjectStoreConnection } from "./connection";
import { createBucketJob } from "./create-bucket";
import { ACCESS_KEY_ID, createCredentials, SECRET_ACCESS_KEY } from "./credentials";
import { locationFaults, type CheckedLocation, type StoreFault } from "./faults";
import type { Section } from "./fields";
import { connectionOf, type KnownLocation } from "./location";

/**
 * A bucket for one signal: one that exists, or one that is made here. With `azure`, `s3` and `gcs` pods use workload identity, and nothing secret is
 * stored; what is made is private, encrypted, takes TLS only, and is protected from deletion: see `create`. With `s3-compatible` the keys go into a
 * Secret, and a Job in the cluster makes the bucket. Cloud SDKs are loaded only to make a bucket, and only that of the provider.
 *
 * ```ts
 * const { connection } = new ObjectStoreBucket("metrics", {
 *   provider: "s3",
 *   create: { bucket: "contoso-heliograph-metrics", region: "me-central-1", eksCluster: "ops" },
 *   namespace: "heliograph-hub",
 *   kubernetesServiceAccount: "mimir-main",
 * });
 * ```
 */
export class ObjectStoreBucket extends pulumi.ComponentResource {
  /** What backends need to use the bucket. Nothing secret in it. Whoever uses it waits until the bucket is there. */
  readonly connection: pulumi.Output<ObjectStoreConnection>;

  constructor(name: string, args: ObjectStoreBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("heliograph:index:ObjectStoreBucket", name, {}, opts);
    refuse(`ObjectStoreBucket ${name}`, argsProblems(name, args));
    this.connection = connect(this, name, args);
    this.registerOutputs({ connection: this.connection });
  }
}

function connect(parent: ObjectStoreBucket, name: string, args: ObjectStoreBucketArgs) {
  const { provider, prefix = "", create } = args;
  if (create && provider !== "s3-compatible") {
    const { location, before } = createInCloud(provider, parent, name, args, create);
    const known = pulumi.all([location, pulumi.all(before.map(({ urn }) => urn))]);
    return known.apply(([location]) => ({
      ...connectionOf(provider, location, undefined),
      prefix,
    }));
  }
  return connectByNames(parent, name, args);
}

const CLOUDS: Readonly<
  Record<Exclude<ObjectStoreProvider, "s3-compatible">, (args: CloudBucketArgs) => MadeBucket>
> = {
  azure: createAzureContainer,
  gcs: createGcsBucket,
  s3: createS3Bucket,
};

function createInCloud(
  provider: keyof typeof CLOUDS,
  parent: ObjectStoreBucket,
  name: string,
  args: ObjectStoreBucketArgs,
  asked: ObjectStoreCreationArgs,
): MadeBucket {
  const { namespace = "", kubernetesServiceAccount: serviceAccount = "" } = args;
  const checked = pulumi.output(asked).apply((known) => {
    refuse(
      `ObjectStoreBucket ${name}`,
      problemsOf("create", locationFaults(provider, "create", known, args.retentionDays)),
    );
    return known as CheckedValues;
  });
  return CLOUDS[provider]({
    name,
    parent,
    asked,
    checked,
    pods: pulumi.output({ namespace, serviceAccount }),
  });
}

function connectByNames(parent: ObjectStoreBucket, name: string, args: ObjectStoreBucketArgs) {
  const { provider, prefix = "", existing, create, namespace = "", images } = args;
  const { accessKeyId, secretAccessKey, ...location } = (existing ?? create)!;
  const credentials =
    accessKeyId && secretAccessKey
      ? createCredentials(name, { namespace, accessKeyId, secretAccessKey }, { parent })
      : undefined;
  const known = pulumi.all([location, credentials?.metadata.name] as const);
  const connection = known.apply(([location, credentialsSecret]) => {
    refuseLate(name, args, location);
    const keys = { accessKeyIdKey: ACCESS_KEY_ID, secretAccessKeyKey: SECRET_ACCESS_KEY };
    const made = connectionOf(
      provider,
      location as KnownLocation,
      credentialsSecret ? { credentialsSecret, ...keys } : undefined,
    );
    return { ...made, prefix };
  });
  if (!create) return connection;
  const job = createBucketJob(name, { namespace, connection, images }, { parent });
  return pulumi.all([connection, job.urn]).apply(([made]) => made);
}

/** The same checks, for values that only the engine knew. */
function refuseLate(
  name: string,
  { provider, existing }: ObjectStoreBucketArgs,
  location: CheckedLocation,
): void {
  const section = existing ? "existing" : "create";
  const faults = locationFaults(provider, section, location);
  // Keys are not among what is looked at here.
  const shown = faults.filter(
    ({ field }) => field !== "accessKeyId" && field !== "secretAccessKey",
  );
  refuse(`ObjectStoreBucket ${name}`, problemsOf(section, shown));
}

function problemsOf(section: Section, faults: readonly StoreFault[]): Problem[] {
  return faults.map(({ field, got, expected, example }) => ({
    path: `${section}.${field}`,
    got,
    expected,
    paste:
      example === undefined
        ? `// remove ${field}`
        : `${section}: { ${field}: ${JSON.stringify(example)} }`,
  }));
}

const isProvider = (value: unknown): value is ObjectStoreProvider =>
  Object.values(ObjectStoreProvider).some((provider) => provider === value);

function argsProblems(name: string, args: ObjectStoreBucketArgs): Problem[] {
  const { provider, prefix, existing, create, retentionDays } = args;
  if (!isProvider(provider)) {
    const expected = `one of ${Object.values(ObjectStoreProvider).join(", ")}`;
    throw new ConfigurationError(`ObjectStoreBucket ${name}`, [
      { path: "provider", got: provider, expected, paste: `provider: "s3-compatible"` },
    ]);
  }
  const location = existing ?? create;
  const problems: Problem[] = [];
  if (!location || (existing && create)) {
    problems.push({
      path: "existing, create",
      got: location ? "both" : undefined,
      expected: "exactly one: existing for a bucket that is there, create for one to make",
      paste: "existing: { ... }",
    });
  }
  if (prefix !== undefined && !OBJECT_PREFIX.test(prefix)) {
    problems.push({
      path: "prefix",
      got: prefix,
      expected: OBJECT_PREFIX_EXPECTED,
      paste: `prefix: "heliograph"`,
    });
  }
  problems.push(...podProblems(args));
  if (create?.expireAfterDays !== undefined && retentionDays === undefined) {
    problems.push({
      path: "retentionDays",
      expected:
        "the longest retention of what is stored there, since create.expireAfterDays is given",
      paste: "retentionDays: 365",
    });
  }
  if (!location) return problems;
  const section = existing ? "existing" : "create";
  return [
    ...problems,
    ...problemsOf(
      section,
      locationFaults(provider, section, knownNow(location) as CheckedLocation, retentionDays),
    ),
  ];
}

/** Whose pods use the bucket. */
function podProblems({
  provider,
  create,
  namespace,
  kubernetesServiceAccount,
}: ObjectStoreBucketArgs): Problem[] {
  const compatible = provider === "s3-compatible";
  const keys = compatible ? ": the Secret with its keys goes there" : "";
  const missing = (path: string, expected: string, example: string) => [
    { path, expected, paste: `${path}: ${JSON.stringify(example)}` },
  ];
  return [
    ...((compatible || create) && !namespace
      ? missing(
          "namespace",
          `the namespace of the pods that use the bucket${keys}`,
          "heliograph-hub",
        )
      : []),
    ...(create && !compatible && !kubernetesServiceAccount
      ? missing(
          "kubernetesServiceAccount",
          "the service account of the pods that use the bucket",
          "mimir-main",
        )
      : []),
  ];
}
