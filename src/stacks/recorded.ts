import * as pulumi from "@pulumi/pulumi";
import { decodeHub } from "@heliograph/heliograph/model";
import { hubStoredBefore, stored, type Stored } from "../guards/stored";
import { ownStack, type StackReader } from "./reading";

/**
 * What this stack recorded in its last update, read from its own outputs: so a plain `pulumi
 * preview` knows it too. The engine keeps those outputs until an update succeeds, so neither a
 * refused nor a failed one forgets them. A stack that was never brought up has none.
 */
export async function readStored(read: StackReader): Promise<Stored> {
  const name = ownStack();
  const value = await read(name, "stored");
  if (value === undefined) return storedBefore(name, read);
  const parsed = stored.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new pulumi.RunError(
    `Stack ${name}: its output \`stored\` is not what it should be. It was written by a newer version: update this program.`,
  );
}

/** States of before there was that output. */
async function storedBefore(name: string, read: StackReader): Promise<Stored> {
  const [hub, edge, buffer] = await Promise.all(
    ["hub", "edge", "buffer"].map((output) => read(name, output)),
  );
  const contract = decodeHub(hub, name);
  const disk = (buffer as { disk?: string } | undefined)?.disk;
  return {
    ...(contract.ok && { hub: hubStoredBefore(contract.value) }),
    ...(disk && { queue: { edge: (edge as { name: string }).name, bufferDisk: disk } }),
  };
}
