/** An edge in a program of your own: its key and request, then the agents that send with it. */
import * as pulumi from "@pulumi/pulumi";
import { EdgeAgent, type EdgeConnection, MtlsPki } from "@heliograph/heliograph";

export = async () => {
  const { request, privateKey } = new MtlsPki("pki", { identity: { edge: "dev" } });
  const hub = new pulumi.StackReference("organization/hub/ops");
  const edges = (await hub.getOutputValue("edges")) as Record<string, EdgeConnection> | undefined;
  // There is no certificate until the hub has signed the request. The next update connects.
  if (edges?.dev?.certificate) new EdgeAgent("edge", { connection: edges.dev, privateKey });
  return { request };
};
