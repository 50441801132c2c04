/** An edge in a program of your own: its identity, then the agents that send with it. */
import * as pulumi from "@pulumi/pulumi";
import { EdgeAgent, type EdgeConnection, MtlsPki } from "@heliograph/heliograph";

export = async () => {
  const hub = new pulumi.StackReference("organization/hub/ops");
  const pki = new MtlsPki("pki", { identity: { edge: "dev" } });
  const edges = (await hub.getOutputValue("edges")) as Record<string, EdgeConnection> | undefined;
  // The hub signs the edge's request first. In the update after that the edge connects.
  const connection = edges?.["dev"];
  if (connection?.certificate) new EdgeAgent("edge", { connection, privateKey: pki.privateKey });
  return { request: pki.request };
};
