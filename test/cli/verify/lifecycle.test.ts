/**
 * Proves: a refresh's news of a bucket's rules becomes one line for each difference, whichever
 * cloud it is, and what verify says of it. Does not prove: that the engine tells it so;
 * `test/programs/lifecycle.test.ts` does, with a cloud that is a folder.
 */
import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import { describe, expect, it } from "vitest";
import {
  type BucketFound,
  lifecycle,
  lifecycleDifferences,
} from "../../../src/cli/commands/verify/checks/buckets";

const S3 = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

function differences(type: string, before: object, after: object): string[] {
  const step = {
    type,
    old: { inputs: before },
    new: { inputs: after },
  } as unknown as StepEventMetadata;
  return lifecycleDifferences({ change: "changed", step });
}

describe("a lifecycle that is not as deployed", () => {
  const expired = { id: "expired", status: "Enabled", expiration: { days: 400 } };
  const colder = {
    id: "colder",
    status: "Enabled",
    transitions: [{ days: 60, storageClass: "STANDARD_IA" }],
  };

  it("in S3 is told by the rules' ids, in whichever order they are", () => {
    expect(differences(S3, { rules: [colder, expired] }, { rules: [expired, colder] })).toEqual([]);
    const mine = { id: "mine", status: "Enabled", expiration: { days: 1 } };
    const found = [
      mine,
      { ...expired, expiration: { days: 30, __defaults: [] }, status: "Disabled" },
    ];
    expect(differences(S3, { rules: [colder, expired] }, { rules: found })).toEqual([
      "rule colder is gone",
      'rule expired: status should be "Enabled", is "Disabled"',
      "rule expired: expiration.days should be 400, is 30",
      'rule mine was added: {"id":"mine","status":"Enabled","expiration":{"days":1}}',
    ]);
  });

  it("at Google, where rules have no names, by what they do", () => {
    const remove = (condition: object) => ({ action: { type: "Delete" }, condition });
    const [live, archived] = [
      remove({ age: 400, withState: "LIVE" }),
      remove({ daysSinceNoncurrentTime: 7, withState: "ARCHIVED" }),
    ];
    const found = [archived, remove({ age: 30, withState: "LIVE" })];
    expect(
      differences(
        "gcp:storage/bucket:Bucket",
        { lifecycleRules: [live, archived] },
        { lifecycleRules: found },
      ),
    ).toEqual(["rule Delete: condition.age should be 400, is 30"]);
  });

  it("at Azure by their names", () => {
    const rule = (days: number) => ({
      name: "expired",
      definition: { actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: days } } } },
    });
    const policy = (days: number) => ({ policy: { rules: [rule(days)] } });
    expect(differences("azure-native:storage:ManagementPolicy", policy(400), policy(30))).toEqual([
      "rule expired: definition.actions.baseBlob.delete.daysAfterModificationGreaterThan should be 400, is 30",
    ]);
  });

  it("may be that of a bucket which differs in something else, and then it is well", () => {
    const of = (labels: object) => ({ labels, lifecycleRules: [] });
    expect(differences("gcp:storage/bucket:Bucket", of({}), of({ team: "a" }))).toEqual([]);
  });

  it("may be gone", () => {
    const step = {
      type: S3,
      old: { inputs: { rules: [expired] } },
    } as unknown as StepEventMetadata;
    expect(lifecycleDifferences({ change: "deleted", step })).toEqual(["it is gone"]);
  });
});

describe("verify", () => {
  const run = (...buckets: BucketFound[]) =>
    lifecycle({ stack: "ops", find: async () => buckets }).run("ops");
  const bucket = (signal: string, ...wrong: string[]): BucketFound => {
    const name = `hub-bucket-main-${signal}`;
    return {
      name,
      lifecycle: `urn:pulumi:ops::heliograph::${S3}::${name}-lifecycle`,
      differences: wrong,
    };
  };
  const adopted = { ...bucket("logs"), lifecycle: undefined };

  it("is content with what is as deployed, and names what it knows nothing of", async () => {
    expect(await run(bucket("metrics"))).toMatchObject({ status: "passed", brief: "1 bucket" });
    expect(await run(bucket("metrics"), adopted)).toEqual({
      status: "passed",
      brief: "1 of 2 buckets",
      detail:
        "as deployed: 1 bucket; nothing was deployed for, and nothing is known of: hub-bucket-main-logs",
    });
  });

  it("says what is otherwise, and how it is put right", async () => {
    expect(
      await run(
        bucket("metrics", "it is gone"),
        bucket("traces", "rule a is gone", "rule b is gone"),
      ),
    ).toEqual({
      status: "failed",
      brief: "",
      detail:
        "hub-bucket-main-metrics: it is gone; hub-bucket-main-traces: rule a is gone; hub-bucket-main-traces: rule b is gone",
      next: "pulumi up --refresh --stack ops --target '**::hub-bucket-main-metrics-lifecycle' --target '**::hub-bucket-main-traces-lifecycle'",
    });
  });
});
