import { z } from "zod";
import { decode, type Decoded } from "./decode";

/**
 * What an edge tells the hub. The request is public: it holds the public half of the edge's key.
 */
export const EDGE_CONTRACT_VERSION = 1;

const edgeContract = z.object({
  contractVersion: z.literal(EDGE_CONTRACT_VERSION),
  name: z.string(),
  keyGeneration: z.number().int(),
  /** Certificate signing request, PEM. */
  request: z.string(),
  /**
   * Host and port at which the hub queries it in place; left out where it sends its metrics to the
   * hub.
   */
  query: z.string().optional(),
  /** `asking`: only the identity is deployed; `connected`: the agent sends. */
  state: z.enum(["asking", "connected"]),
  /**
   * What it was given in its last update, as PEM: its certificate, and whom it trusts. Absent while
   * it asks, and where an older program updated it last.
   */
  runsWith: z.object({ certificate: z.string(), trustBundle: z.array(z.string()) }).optional(),
});

export type EdgeContract = z.infer<typeof edgeContract>;

/** Reads the `edge` output of an edge stack; `stack` names it in messages. */
export function decodeEdge(value: unknown, stack: string): Decoded<EdgeContract> {
  return decode(value, edgeContract, { version: EDGE_CONTRACT_VERSION, output: "edge", stack });
}
