import type { HubContractEdge } from "@heliograph/heliograph/model";
import { z } from "zod";
import { type DeepReadonly, factsSchema } from "./facts";

const checkResult = z.object({
  name: z.string(),
  proves: z.string(),
  /** A warning is no failure; a check that could not be run is: nothing is known. */
  ok: z.boolean(),
  status: z.enum(["passed", "warning", "failed", "not run"]),
  brief: z.string(),
  detail: z.string(),
  /** Present unless passed. */
  next: z.string().optional(),
  /** The figures behind `detail`, as far as they were found. */
  facts: factsSchema.optional(),
  /**
   * Present where nothing is known because a cluster was not asked: there are no credentials for it
   * here, or it does not answer.
   */
  notReached: z.enum(["no credentials", "no answer"]).optional(),
});

const subjectFields = { ok: z.boolean(), checks: z.array(checkResult) };

const hubReport = z.object({
  hub: z.string(),
  /** Tenants of the inventory, also those without an edge. */
  tenants: z.array(z.string()).optional(),
  ...subjectFields,
});

/** What the inventory says of an edge. */
const inventoryFacts = z.object({
  hub: z.string(),
  tenant: z.string(),
  cell: z.string(),
  environment: z.string(),
  region: z.string(),
  clusterType: z.string(),
  signals: z.array(z.string()),
  /** Series that it is made for. */
  activeSeries: z.number(),
  /** How long its hub may be away before it loses samples. */
  outageSeconds: z.number(),
});

const STATES = ["waiting", "revoked", "signed"] as const satisfies HubContractEdge["state"][];

const edgeReport = z.object({
  edge: z.string(),
  state: z.enum([...STATES, "not listed"]),
  /** Undefined where the edge is in no inventory. */
  inventory: inventoryFacts.optional(),
  ...subjectFields,
});

const verification = z.object({
  ok: z.boolean(),
  hubs: z.array(hubReport),
  edges: z.array(edgeReport),
});

/** What `--json` prints, and `--from` reads. */
export const reportSchema = z.object({
  asked: z.object({
    /** When the first question was asked, as ISO 8601. */
    at: z.iso.datetime(),
    milliseconds: z.number(),
    /** The version of the program that asked. */
    program: z.string(),
    /** Edges that were named; all where there is none. */
    edges: z.array(z.string()),
  }),
  ...verification.shape,
});

export type CheckResult = DeepReadonly<z.infer<typeof checkResult>>;
export type SubjectReport = Pick<CheckResult, "ok"> & { readonly checks: readonly CheckResult[] };
export type HubReport = DeepReadonly<z.infer<typeof hubReport>>;
export type EdgeReport = DeepReadonly<z.infer<typeof edgeReport>>;
/** What was found. */
export type Verification = DeepReadonly<z.infer<typeof verification>>;
/** What was found, and when and by what. */
export type Report = DeepReadonly<z.infer<typeof reportSchema>>;

export function subjectReport(checks: readonly CheckResult[]): SubjectReport {
  return { ok: checks.every(({ ok }) => ok), checks };
}
