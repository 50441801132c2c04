import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  cellReaderArgs,
  cellReaderConfig,
  cellSidecarArgs,
  READER_CONFIG_FILE,
  READER_PATHS,
  type CellReaderConfigArgs,
} from "../../../components/hub/global-query/config";
import { program } from "./programs";
import { freePorts, run, type RunningProgram } from "./server";
import { runThanos, thanosPorts } from "./thanos-edge";

export interface RunningReader {
  /** Host and port for queries over gRPC. */
  readonly address: string;
  readonly programs: readonly RunningProgram[];
}

/** What answers the global query for a cell, as the pod's processes. */
export async function startCellReader(
  folder: string,
  args: CellReaderConfigArgs,
): Promise<RunningReader> {
  const own = join(folder, `reader-${args.cell}`);
  mkdirSync(own, { recursive: true });
  const [port = 0] = await freePorts(1);
  const here = (text: string) =>
    text
      .replaceAll(`${READER_PATHS.temporary}/`, `${own}/`)
      .replaceAll(READER_PATHS.config, own)
      .replaceAll("127.0.0.1:9090", `127.0.0.1:${port}`);
  writeFileSync(join(own, READER_CONFIG_FILE), here(cellReaderConfig(args)));
  const server = run(program("nginx", "nginx"), cellReaderArgs().map(here));
  const sidecar = await thanosPorts();
  return {
    address: `127.0.0.1:${sidecar.grpc}`,
    programs: [server, runThanos(cellSidecarArgs(), sidecar, here)],
  };
}
