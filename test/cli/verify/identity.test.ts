import { beforeAll, describe, expect, it } from "vitest";
import { judgeIdentity } from "../../../src/cli/commands/verify/checks/identity";
import { authority, type Authority, type Credentials } from "../../programs/support/certificates";
import { entryOf } from "./fakes";

const SUBJECT = "O=heliograph, OU=key-1, CN=dev";

describe("the identity of an edge", () => {
  let hub: Authority;
  let own: Credentials;

  beforeAll(async () => {
    hub = await authority("hub");
    own = await hub.issue(SUBJECT, [-1, 365]);
  });

  const judge = (has: Credentials, { signed = has, keyGeneration = 1 } = {}) =>
    judgeIdentity(
      { certificate: has.cert, privateKey: has.key },
      {
        name: "dev",
        entry: entryOf("dev", { certificate: signed.cert, keyGeneration }),
        hub: { trustBundle: [hub.cert] },
        now: new Date(),
      },
    );

  it("is well, with a year to go", () => {
    expect(judge(own)).toEqual({
      status: "passed",
      brief: "364 days",
      facts: { certificateDays: 364 },
      detail: "signed as CN=dev,OU=key-1,O=heliograph, 364 days left",
    });
  });

  it.each([
    [
      89,
      "warning",
      "signed as CN=dev,OU=key-1,O=heliograph, 88 days left: the next update of the hub renews it",
    ],
    [15, "failed", "the certificate expires in 14 days"],
    [-1, "failed", "the certificate expired on "],
  ])("is judged by the days that are left: %i", async (days, status, detail) => {
    const outcome = judge(await hub.issue(SUBJECT, [-400, days]));
    expect(outcome).toMatchObject({ status, detail: expect.stringContaining(detail) });
  });

  it("is not that of another edge, nor of a former key", async () => {
    const wanted = (generation: number) =>
      `the inventory has CN=dev,OU=key-${generation},O=heliograph`;
    const prd = await hub.issue("O=heliograph, OU=key-1, CN=prd");
    expect(judge(prd).detail).toBe(
      `the certificate is for CN=prd,OU=key-1,O=heliograph, ${wanted(1)}`,
    );
    expect(judge(own, { keyGeneration: 2 }).detail).toBe(
      `the certificate is for CN=dev,OU=key-1,O=heliograph, ${wanted(2)}`,
    );
  });

  it("is signed by the hub", async () => {
    const foreign = await (await authority("hub")).issue(SUBJECT);
    expect(judge(foreign)).toMatchObject({
      status: "failed",
      detail: "no CA of the hub signed the certificate",
    });
  });

  it("goes with the key in the cluster, and is the one that the hub signed last", async () => {
    const other = await hub.issue(SUBJECT);
    expect(judge({ cert: own.cert, key: other.key })).toMatchObject({
      status: "failed",
      detail: "the certificate is not for the key that the edge has",
    });
    expect(judge(own, { signed: other })).toMatchObject({
      status: "failed",
      detail: "the hub has signed another certificate since",
    });
  });
});
