import { join } from "node:path";
import {
  AGENT_CONFIG_FILE as CONFIG_FILE,
  AGENT_PATHS,
  agentArgs,
  agentConfig,
  type Buffer,
  drop,
  type HubContract,
  hubTarget,
  IDENTITY_FILES,
  labelsOf,
  PROMETHEUS_AGENT_PORT,
  resolveSources,
  toYaml,
} from "@heliograph/heliograph/model";
import type { Tls } from "../../../src/cli/cluster/http";
import { clusterNamed } from "../../clusters/topology.js";
import { ensureProcess } from "../../host/processes.js";
import { programFolder } from "../../toolchain/index.js";
import { onProbeHost, probeFolder, probeHost } from "./host.js";
import { FILLER, targetAddress } from "./target.js";

/**
 * A Prometheus agent beside that of an edge: same flags, same way to the hub, a target of its own.
 */
export interface ProbeAgent {
  /** Its process, and its folder. */
  readonly name: string;
  /** Value of the label `probe` of its series: another one in each run. */
  readonly id: string;
  /** What tells its series from all others. */
  readonly matcher: string;
  readonly buffer: Buffer;
  /** Where it listens itself, on the namespace's loopback. */
  readonly port: number;
  /** Series that are sent, each with a sample a second. */
  readonly series: number;
  /**
   * Series that are not sent. Their exemplars fill the buffer as samples of a large edge would,
   * with less work for the machine.
   */
  readonly fillers: number;
}

/** Whose identity the agents have. */
export interface ProbeEdge {
  readonly name: "dev";
  readonly contract: HubContract;
  readonly tls: Tls;
}

/** The smallest that Prometheus takes, so that several fill up in the time of a scenario. */
const SEGMENT_BYTES = 10 * 2 ** 20;
/** What an exemplar of ours takes in the buffer, with its sample. */
const BYTES_PER_EXEMPLAR = 140;
const FILLS_PER_SECOND = 2;

/** How many fillers it takes for so many segments in so many seconds. */
export function fillersFor(segments: number, seconds: number): number {
  return Math.round((segments * SEGMENT_BYTES) / (BYTES_PER_EXEMPLAR * seconds * FILLS_PER_SECOND));
}

const folderOf = ({ name }: ProbeAgent) => join(probeFolder(), name);

export async function startAgent(agent: ProbeAgent, edge: ProbeEdge): Promise<void> {
  const folder = folderOf(agent);
  const file = (name: string) => join(folder, name);
  const { certificate = "", key = "", trust } = edge.tls;
  await ensureProcess({
    owner: probeHost.name,
    name: agent.name,
    command: onProbeHost([
      join(programFolder("prometheus"), "prometheus"),
      ...(await flags(agent)),
    ]),
    files: {
      [file(CONFIG_FILE)]: toYaml(configuration(agent, edge)),
      [file(IDENTITY_FILES.certificate)]: certificate,
      [file(IDENTITY_FILES.privateKey)]: key,
      [file(IDENTITY_FILES.trustBundle)]: trust.join("\n"),
    },
  });
}

/** The flags of an edge's agent, with paths and port of this one. */
async function flags(agent: ProbeAgent): Promise<string[]> {
  // Loaded when it is needed: it brings Pulumi with it.
  const own = agentArgs(agent.buffer).map((flag) =>
    flag
      .replace(`=${AGENT_PATHS.config}/`, `=${folderOf(agent)}/`)
      .replace(`=${AGENT_PATHS.buffer}`, `=${join(folderOf(agent), "buffer")}`)
      .replace(`=:${PROMETHEUS_AGENT_PORT}`, `=127.0.0.1:${agent.port}`),
  );
  return [
    ...own,
    "--enable-feature=exemplar-storage",
    `--storage.agent.wal-segment-size=${SEGMENT_BYTES}B`,
  ];
}

function configuration(agent: ProbeAgent, { name, contract, tls }: ProbeEdge) {
  const entry = contract.edges[name];
  if (!entry) throw new Error(`The hub's inventory has no edge ${name}.`);
  const { remote_write } = agentConfig({
    labels: labelsOf(name, entry),
    hub: hubTarget({
      // The namespace has no DNS.
      url: contract.gateway.url.replace(
        new URL(contract.gateway.url).hostname,
        clusterNamed("ops").address,
      ),
      serverName: tls.serverName,
    }),
    scrapeInterval: "1s",
    sources: resolveSources(),
    namespace: "",
    nodeNamespace: "",
    verifyKubelets: true,
  });
  return {
    global: { scrape_interval: "1s" },
    scrape_configs: [
      job(agent, { path: `/scrapes/${agent.name}`, series: agent.series, interval: "1s" }),
      ...(agent.fillers > 0
        ? [
            job(agent, {
              path: `/filler/${agent.name}`,
              series: agent.fillers,
              interval: `${1000 / FILLS_PER_SECOND}ms`,
            }),
          ]
        : []),
    ],
    remote_write: remote_write.map((hub) => ({
      ...hub,
      tls_config: {
        ...hub.tls_config,
        cert_file: join(folderOf(agent), IDENTITY_FILES.certificate),
        key_file: join(folderOf(agent), IDENTITY_FILES.privateKey),
        ca_file: join(folderOf(agent), IDENTITY_FILES.trustBundle),
      },
      write_relabel_configs: [drop("__name__", FILLER), ...hub.write_relabel_configs],
    })),
  };
}

interface Job {
  readonly path: string;
  readonly series: number;
  readonly interval: string;
}

function job(agent: ProbeAgent, { path, series, interval }: Job) {
  return {
    job_name: path,
    scrape_interval: interval,
    scrape_timeout: interval,
    metrics_path: path,
    params: { series: [String(series)] },
    static_configs: [{ targets: [targetAddress], labels: { probe: agent.id } }],
  };
}
