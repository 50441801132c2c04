import type { ShipperTarget } from "../../backends/backend";
import { backendOf, isBackend } from "../../backends/registry";
import { DEFAULT_BACKENDS } from "../../contract/defaults";
import { IDENTITY_FILES } from "../../contract/cluster-names";
import { issueUnless, type Issue } from "../../kit/issues";
import { ingestPath, type HubTarget } from "../hub-target";
import type { EdgeLogAgent, EdgeLogsArgs } from "./args";
import { fluentBit } from "./fluent-bit";
import type { LogAgent } from "./log-agent";
import { promtail } from "./promtail";

/** Every log agent, by its name. The collector is configured in `collector/`. */
export const LOG_AGENTS: Readonly<Record<EdgeLogAgent, LogAgent>> = {
  otel: {},
  promtail,
  "fluent-bit": fluentBit,
};

/** The configuration with which an agent writes to a log backend; undefined where it cannot. */
export function logOutput(
  { shipper, program }: LogAgent,
  { url, serverName, backends }: HubTarget,
  { labels, queueBytes }: Pick<ShipperTarget, "labels" | "queueBytes">,
): object | undefined {
  const file = (name: keyof typeof IDENTITY_FILES) =>
    `${program?.identityFolder}/${IDENTITY_FILES[name]}`;
  return (
    shipper &&
    backendOf("logs", backends.logs).shippers?.[shipper]?.({
      ...{ url, serverName, labels, queueBytes },
      certificateFile: file("certificate"),
      privateKeyFile: file("privateKey"),
      trustBundleFile: file("trustBundle"),
    })
  );
}

function canWrite({ shipper }: LogAgent, backend: string): boolean {
  if (!shipper) return ingestPath(backend, "logs", "OTLP/HTTP") !== undefined;
  return backendOf("logs", backend).shippers?.[shipper] !== undefined;
}

/** Contradictions between values that are each well-formed. */
export function logAgentIssues({ agent = "otel", redact = [] }: EdgeLogsArgs): Issue[] {
  const why = LOG_AGENTS[agent]?.cannotRedact;
  return issueUnless(why === undefined || redact.length === 0, ["redact"], {
    got: redact,
    expected: `nothing, since agent is ${agent}, which ${why}; the others have`,
    example: [],
  });
}

/** An agent that cannot write to the hub's log backend. */
export function logWriteIssues(
  agent: EdgeLogAgent = "otel",
  backend: string = DEFAULT_BACKENDS.logs,
): Issue[] {
  const chosen: LogAgent | undefined = LOG_AGENTS[agent];
  if (!chosen || !isBackend("logs", backend) || canWrite(chosen, backend)) return [];
  const able = Object.entries(LOG_AGENTS)
    .filter(([, each]) => canWrite(each, backend))
    .map(([name]) => name);
  return [
    {
      path: ["agent"],
      got: agent,
      expected: `an agent that can write to ${backend}, where the hub stores log lines: ${able.join(", ")}`,
      example: able[0],
    },
  ];
}
