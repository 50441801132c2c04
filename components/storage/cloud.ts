import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { ImageArgs } from "../kit/images";
import type { Issue } from "../kit/issues";
import type { ObjectStoreConnection } from "./connection";
import type { Regions } from "./fields";

/**
 * Everything that the rest of Heliograph knows of one kind of object store: names and regions,
 * what pods and deployers are permitted, and how a bucket is created there. Nothing outside its
 * folder names a cloud, except the list of clouds and the arguments of `ObjectStoreBucket`.
 *
 * Pulumi and the cloud's SDK are loaded by `createBucket` and `useBucket` alone.
 */
export interface Cloud<P extends string = string> {
  /** Value of `provider` in stack files. */
  readonly provider: P;
  /** A bucket that exists. */
  readonly existing: Section;
  /** A bucket to create. */
  readonly create: Section;
  /** Undefined where any name is a region. */
  readonly regions?: Regions;
  /** Whether pods use static keys, from a Secret in their namespace. */
  readonly staticKeys?: true;

  /** Names the bucket in the whole world: equal texts are one bucket. */
  address(values: Values): string;
  /** Names what `create` creates once in the world, besides the bucket. Defaults to `address`. */
  owner?(values: Values): string;
  /** The same values with another name for the bucket, for lines to paste. */
  renamed?(values: Values, section: SectionName, suffix: string): Values;
  /** What backends need to know. Secret keys are not among the values. */
  connection(values: Values): ObjectStoreConnection;

  createBucket(request: BucketRequest): UsableBucket;
  /** Creates what pods need to use a bucket that exists. Defaults to nothing. */
  useBucket?(request: BucketRequest): UsableBucket;

  /** Where pods get tokens, if that is on the node itself. */
  tokenServer?(address: StoreAddress): TokenServer | undefined;
  /** Where the lifecycle rules are, by the type of the resource that has them. */
  readonly lifecycleRules?: Readonly<Record<string, readonly string[]>>;
  /**
   * Outputs that the cloud decides, by the type of the resource that has them: what stands for
   * them where nothing is created.
   */
  readonly placeholders?: Readonly<Record<string, (inputs: Values) => Values>>;
  /** What pods may do with the bucket, by the resource that grants it. */
  readonly podPermissions?: readonly PodPermission[];
  /** What a deployer needs to create, read, change and delete it, by type of resource. */
  readonly deployerPermissions?: Readonly<Record<string, readonly string[]>>;
}

export type SectionName = "existing" | "create";

/** The fields of one section of a cloud's arguments. */
export interface Section {
  /** By name. A field that is not optional and has no default is required. */
  readonly fields: Readonly<Record<string, z.ZodType>>;
  /** Fields that no message may show, and no output may hold. */
  readonly secret?: readonly string[];
  /** Exactly one of these: the ways in which pods get the role that may use the bucket. */
  readonly oneOf?: readonly string[];
  /** Contradictions between values that are each well-formed. An unknown value passes. */
  check?(values: Values, retentionDays: number | undefined): Issue[];
}

/** Values of a section by field. `UNKNOWN` stands for one that only the engine will know. */
export type Values = Readonly<Record<string, unknown>>;

export interface BucketRequest<T extends object = object> {
  /** Name of the component. The names of all resources start with it. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  /** The section as it was given: tells which fields there are, and holds those that are plain. */
  readonly given: T;
  /** The section once every value is known and checked, without its secret fields. */
  readonly checked: pulumi.Output<pulumi.Unwrap<T>>;
  /** Namespace and name of the service account whose pods use the bucket. */
  readonly pods: pulumi.Output<{ readonly namespace: string; readonly serviceAccount: string }>;
  readonly namespace: pulumi.Input<string>;
  readonly images?: ImageArgs;
}

export interface UsableBucket {
  /** Values for `Cloud.connection`. */
  readonly location: pulumi.Input<Record<string, pulumi.Input<unknown>>>;
  /** What has to exist before pods can use the bucket. */
  readonly before: readonly pulumi.Resource[];
}

/** The part of a connection that decides where pods connect to. */
export type StoreAddress = Pick<ObjectStoreConnection, "protocol" | "endpoint" | "insecure">;

interface TokenServer {
  readonly addresses: string[];
  readonly ports: number[];
  readonly why: string;
}

interface PodPermission {
  /** On what: "the bucket". */
  readonly on: string;
  readonly permissions: readonly string[];
}
