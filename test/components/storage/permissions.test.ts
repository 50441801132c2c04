/**
 * Proves: the lists of what clouds know and allow hold what the program makes, and nothing else.
 * Does not prove: that each permission is enough.
 */
import * as aws from "@pulumi/aws/types/enums";
import { expect, it } from "vitest";
import { ObjectStoreBucket } from "../../../components/storage/object-store-bucket";
import { DEPLOYER_PERMISSIONS } from "../../../components/storage/clouds";
import { S3_REGIONS } from "../../../components/storage/s3/regions";
import { recordResources, settled } from "../../support/mocks";
import { EVERYTHING, LEAST } from "./buckets";

it("lists the permissions for each type of resource that is made, and for no other", async () => {
  const pods = {
    namespace: "heliograph-hub",
    kubernetesServiceAccount: "mimir-main",
    retentionDays: 365,
  };
  const made = new Set<string>();
  for (const provider of Object.keys(LEAST) as (keyof typeof LEAST)[]) {
    for (const create of [LEAST[provider], EVERYTHING[provider]]) {
      const recorded = recordResources();
      new ObjectStoreBucket("metrics", { [provider]: { create }, ...pods });
      await settled();
      recorded.filter(({ parent }) => parent).forEach(({ type }) => made.add(type));
    }
  }
  expect(Object.keys(DEPLOYER_PERMISSIONS).sort()).toEqual([...made].sort());
});

it("knows the regions of Amazon that its SDK knows, but for the secret ones", () => {
  const open = Object.values(aws.Region).filter((region) => !/-iso[a-z]?-/.test(region));
  expect([...S3_REGIONS.names].sort()).toEqual(open.sort());
});
