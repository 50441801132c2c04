/**
 * Proves: what is read from an exported stack. The shape is that of Pulumi 3.246, without secrets
 * shown. Does not prove: that a backend exports it.
 */
import { describe, expect, it } from "vitest";
import { edgeOutput, hubOutput, readState } from "../../../src/cli/engine/state";

const urn = (type: string, name: string) => `urn:pulumi:dev::heliograph::${type}::${name}`;
const edge = { contractVersion: 1, name: "dev", keyGeneration: 1, request: "pem", state: "asking" };
const BUCKET = "heliograph:index:ObjectStoreBucket";
const RULES = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const exported = JSON.stringify({
  version: 3,
  deployment: {
    resources: [
      {
        type: "pulumi:pulumi:Stack",
        urn: urn("pulumi:pulumi:Stack", "heliograph-dev"),
        outputs: { edge },
      },
      {
        type: "tls:index/locallySignedCert:LocallySignedCert",
        urn: urn("tls:index/locallySignedCert:LocallySignedCert", "pki-edge-dev"),
        outputs: { validityEndTime: "2027-01-01T00:00:00Z" },
      },
      { type: BUCKET, urn: urn(BUCKET, "hub-bucket-main-metrics") },
      {
        type: RULES,
        urn: urn(RULES, "hub-bucket-main-metrics-lifecycle"),
        parent: urn(BUCKET, "hub-bucket-main-metrics"),
      },
      { type: BUCKET, urn: urn(BUCKET, "hub-bucket-main-logs") },
      {
        type: "tls:index/privateKey:PrivateKey",
        urn: urn("tls:index/privateKey:PrivateKey", "key"),
        outputs: {},
      },
    ],
    pending_operations: [
      { type: "creating", resource: { urn: urn("kubernetes:core/v1:Service", "gateway") } },
      { type: "reading", resource: { urn: urn("pulumi:pulumi:StackReference", "ops") } },
    ],
  },
});

describe("readState", () => {
  it("reads outputs, certificates, buckets and what was being created", () => {
    expect(readState(exported)).toEqual({
      outputs: { edge },
      resources: 6,
      creating: [urn("kubernetes:core/v1:Service", "gateway")],
      certificates: [{ name: "pki-edge-dev", validUntil: new Date("2027-01-01T00:00:00Z") }],
      buckets: [
        {
          name: "hub-bucket-main-metrics",
          lifecycle: urn(RULES, "hub-bucket-main-metrics-lifecycle"),
        },
        { name: "hub-bucket-main-logs", lifecycle: undefined },
      ],
    });
  });

  it("reads a stack that has been made and never brought up", () => {
    const state = readState('{ "version": 3, "deployment": { "manifest": {} } }');
    expect(state).toEqual({
      outputs: {},
      resources: 0,
      creating: [],
      certificates: [],
      buckets: [],
    });
  });
});

describe("outputs", () => {
  it("are decoded, or undefined where they are not there", () => {
    expect(edgeOutput("dev", readState(exported))).toEqual(edge);
    expect(hubOutput("dev", readState(exported))).toBeUndefined();
    expect(edgeOutput("dev", undefined)).toBeUndefined();
  });
});
