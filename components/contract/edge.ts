import { z } from "zod";
import { decode, type Decoded } from "./decode";

/** What an edge tells the hub. The request is public: it holds the public half of the edge's key. */
export const EDGE_CONTRACT_VERSION = 1;

export const edgeContract = z.object({
  contractVersion: z.literal(EDGE_CONTRACT_VERSION),
  name: z.string(),
  keyGeneration: z.number().int(),
  /** Certificate signing request, PEM. */
  request: z.string(),
  /** `asking`: only the identity is deployed; `connected`: the agent sends. */
  state: z.enum(["asking", "connected"]),
});

export type EdgeContract = z.infer<typeof edgeContract>;

/** Reads the `edge` output of an edge stack; `stack` names it in messages. */
export function decodeEdge(value: unknown, stack: string): Decoded<EdgeContract> {
  return decode(value, edgeContract, { version: EDGE_CONTRACT_VERSION, output: "edge", stack });
}
