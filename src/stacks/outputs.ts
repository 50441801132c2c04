import type { EdgeContract, HubContract } from "@heliograph/heliograph/model";
import type { Stored } from "../guards/stored";
import type { SeriesOutput } from "./series";
import type * as pulumi from "@pulumi/pulumi";

/** What a stack shows to people and to other stacks. Nothing in it is secret. */
export interface StackOutputs {
  hub?: pulumi.Output<HubContract>;
  edge?: pulumi.Output<EdgeContract>;
  /**
   * How many agents there are, and disk and memory of the buffer of each, as derived from the
   * outage it has to survive.
   */
  buffer?: { agents: number; disk: pulumi.Output<string>; memory: pulumi.Output<string> };
  /**
   * Disk for logs and traces that the hub has not taken: what they may use of each node's, and that
   * of each collector of the gateway.
   */
  queues?: { node: pulumi.Output<string>; gateway?: pulumi.Output<string> };
  /** Where applications of the cluster send OTLP over HTTP; for gRPC the same with port 4317. */
  otlpEndpoint?: pulumi.Output<string>;
  /** Where the data is: what the next update of this stack is held against. */
  stored: Stored;
  /** Series that the edge is expected to send, by source, and for how many it is sized. */
  series?: SeriesOutput;
  /** What to do next, where something is left to do. */
  next?: string;
}
