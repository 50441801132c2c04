/** An edge in a program of your own: its identity, then the agent that sends with it. */
import * as pulumi from "@pulumi/pulumi";
import { EdgeAgent, MtlsPki } from "../../components/index";

const hub = new pulumi.StackReference("organization/heliograph/ops").requireOutput("hub");
const pki = new MtlsPki("pki", { identity: { edge: "dev" } });

export const request = pki.request;
export const agent = new EdgeAgent("edge", {
  cluster: "dev",
  environment: "dev",
  region: "uaenorth",
  clusterType: "workload",
  tenantId: "dev",
  hub: {
    url: "https://ingest.ops.contoso.com",
    serverName: "ingest.ops.contoso.com",
    trustBundle: hub.apply((contract) => contract.trustBundle),
    certificate: hub.apply((contract) => contract.edges.dev.certificate),
    privateKey: pki.privateKey,
  },
});
