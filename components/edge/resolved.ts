import * as pulumi from "@pulumi/pulumi";
import { isLater } from "../kit/later";
import type { EdgeAgentArgs } from "./args";
import { resolveEdge, type EdgeModel, type EdgeValues } from "./model";

/** The model of an edge, some of whose arguments may be known late. */
export interface ResolvedEdge {
  /** Decides which children there are. Values that are known late are examples here. */
  readonly model: EdgeModel;
  /** A part of the model with the values that are known late. */
  value<T>(part: (model: EdgeModel) => T): pulumi.Input<T>;
}

/** Examples of the arguments that may be known late: none of them decides which children exist. */
const EXAMPLES = {
  args: {
    environment: "dev",
    region: "example",
    clusterType: "workload",
    tenantId: "example",
    outage: "6h",
    activeSeries: 200_000,
    scrapeInterval: "15s",
    logBytesPerSecond: 100_000,
    spansPerSecond: 200,
    nodes: 1,
    storageClass: "example",
    bufferDisk: "20Gi",
  },
  hub: { url: "https://hub.example.com", serverName: "hub.example.com" },
  localStore: { compactorDisk: "50Gi" },
  alerting: { runbookBaseUrl: "https://runbooks.example.com/#" },
} as const;

type Section = keyof typeof EXAMPLES;
type Values = Readonly<Record<Section, Readonly<Record<string, unknown>>>>;

/** Resolves arguments. Throws for those that are known; the others are checked in their time. */
export function resolveInputs(args: EdgeAgentArgs, subject: string): ResolvedEdge {
  const { hub = {}, localStore = {}, alerting = {} } = args;
  const given = { args, hub, localStore, alerting };
  const late = sections((section, key) => {
    const value = (given[section] as object as Record<string, unknown>)[key];
    return isLater(value) ? value : undefined;
  });
  const examples = sections((section, key) =>
    late[section][key] === undefined
      ? undefined
      : (EXAMPLES[section] as Record<string, unknown>)[key],
  );
  const model = resolveEdge(filled(args, examples), subject);
  if (Object.values(late).every((values) => Object.keys(values).length === 0))
    return { model, value: (part) => part(model) };
  const known = pulumi
    .output(late)
    .apply((values) => resolveEdge(filled(args, values as Values), subject));
  return { model, value: (part) => known.apply(part) };
}

/** Values of the arguments that may be known late; those that are undefined are left out. */
function sections(value: (section: Section, key: string) => unknown): Values {
  const entries = (Object.keys(EXAMPLES) as Section[]).map((section) => {
    const values = Object.keys(EXAMPLES[section]).map((key) => [key, value(section, key)]);
    return [section, Object.fromEntries(values.filter(([, found]) => found !== undefined))];
  });
  return Object.fromEntries(entries) as Values;
}

function filled(args: EdgeAgentArgs, values: Values): EdgeValues {
  const { localStore, alerting } = args;
  return {
    ...args,
    ...values.args,
    ...(args.hub && { hub: { ...args.hub, ...values.hub } }),
    ...(localStore && { localStore: { ...localStore, ...values.localStore } }),
    ...(alerting && { alerting: { ...alerting, ...values.alerting } }),
  } as EdgeValues;
}
