import * as pulumi from "@pulumi/pulumi";
import { decodeHub } from "../../components/contract/hub";
import { hubStoredBefore, stored, type Stored } from "../guards/stored";
import { refused } from "../refused";

/**
 * What this stack recorded in its last update, read from its own outputs: so a plain `pulumi preview` knows it too. The engine keeps those outputs until an
 * update succeeds, so neither a refused nor a failed one forgets them. A stack that was never brought up has none.
 */
export async function readStored(): Promise<Stored> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const own = new pulumi.StackReference(name);
  const { value } = await own.getOutputDetails("stored");
  if (value === undefined) return storedBefore(own, name);
  const read = stored.safeParse(value);
  if (read.success) return read.data;
  throw refused(
    `Stack ${name}: its output \`stored\` is not what it should be. It was written by a newer version: update this program.`,
  );
}

/** States of before there was that output. */
async function storedBefore(own: pulumi.StackReference, name: string): Promise<Stored> {
  const [hub, edge, buffer] = await Promise.all(
    ["hub", "edge", "buffer"].map(async (output) => (await own.getOutputDetails(output)).value as unknown),
  );
  const contract = decodeHub(hub, name);
  const disk = (buffer as { disk?: string } | undefined)?.disk;
  return {
    ...(contract.ok && { hub: hubStoredBefore(contract.value) }),
    ...(disk && { queue: { edge: (edge as { name: string }).name, bufferDisk: disk } }),
  };
}
