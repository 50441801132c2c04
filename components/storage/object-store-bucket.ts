import * as pulumi from "@pulumi/pulumi";
import { OBJECT_PREFIX, OBJECT_PREFIX_EXPECTED } from "../contract/names";
import { knownNow } from "../kit/inputs";
import { ConfigurationError, refuse, type Problem } from "../kit/problems";
import { ObjectStoreProvider, type ObjectStoreBucketArgs, type ObjectStoreLocationArgs } from "./args";
import type { ObjectStoreConnection } from "./connection";
import { createBucketJob } from "./create-bucket";
import { ACCESS_KEY_ID, createCredentials, SECRET_ACCESS_KEY } from "./credentials";
import { connectionOf, isProvider, locationProblems, type CheckedLocation, type KnownLocation } from "./location";

/**
 * A bucket for one signal, wherever it is: names and identity of one that exists, or, with `s3-compatible`, one that is made by a Job in the cluster
 * before anybody uses it. With `azure`, `s3` and `gcs` pods use workload identity, and nothing secret is stored; with `s3-compatible` the keys go into
 * a Secret. It costs one Secret and one finished Job at most.
 *
 * ```ts
 * const { connection } = new ObjectStoreBucket("metrics", {
 *   provider: "azure",
 *   existing: { storageAccount: "contosoheliograph", container: "metrics", clientId: "00000000-..." },
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
    const made = connectionOf(provider, location, credentialsSecret ? { credentialsSecret, ...keys } : undefined);
    return { ...made, prefix };
  });
  if (!create) return connection;
  const job = createBucketJob(name, { namespace, connection, images }, { parent });
  return pulumi.all([connection, job.urn]).apply(([made]) => made);
}

/** The same checks, for values that only the engine knew. */
function refuseLate(name: string, { provider, existing }: ObjectStoreBucketArgs, location: KnownLocation): void {
  const problems = locationProblems(provider, existing ? "existing" : "create", location as CheckedLocation);
  // Keys are not among what is looked at here.
  refuse(
    `ObjectStoreBucket ${name}`,
    problems.filter(({ path }) => !/\.(accessKeyId|secretAccessKey)$/.test(path)),
  );
}

function argsProblems(
  name: string,
  { provider, prefix, existing, create, namespace }: ObjectStoreBucketArgs,
): Problem[] {
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
  if (create && provider !== "s3-compatible") {
    problems.push({
      path: "create",
      got: provider,
      expected: "provider s3-compatible; a bucket of another provider has to exist",
      paste: "existing: { ... }",
    });
  }
  if (prefix !== undefined && !OBJECT_PREFIX.test(prefix)) {
    problems.push({ path: "prefix", got: prefix, expected: OBJECT_PREFIX_EXPECTED, paste: `prefix: "heliograph"` });
  }
  if (provider === "s3-compatible" && !namespace) {
    problems.push({
      path: "namespace",
      got: namespace,
      expected: "the namespace of the pods that use the bucket: the Secret with its keys goes there",
      paste: `namespace: "heliograph-hub"`,
    });
  }
  if (!location) return problems;
  return [...problems, ...locationProblems(provider, existing ? "existing" : "create", checkable(location))];
}

function checkable(location: ObjectStoreLocationArgs): CheckedLocation {
  return knownNow(location) as CheckedLocation;
}
