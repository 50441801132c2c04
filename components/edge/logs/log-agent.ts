import type { LogShippers } from "../../backends/backend";
import type { ImageName } from "../../kit/images";
import type { NodeProgram } from "../node-agent";
import type { LogPipeline } from "./pipeline";

/**
 * An agent that reads the logs of pods: one file in this folder and one line in `registry.ts`. All
 * of them send the same labels.
 */
export interface LogAgent {
  /**
   * The key of `shippers` under which log backends say how it writes to them. Undefined for the
   * collector, which writes OTLP.
   */
  readonly shipper?: keyof LogShippers;
  /** Why it cannot replace text, as in "fluent-bit has no ...". Undefined where it can. */
  readonly cannotRedact?: string;
  /** Its pod on every node. Undefined for the collector, which runs for other signals, too. */
  readonly program?: Omit<NodeProgram, "image"> & { readonly image: ImageName };
  /** Its configuration, by the names of the files. */
  files?(pipeline: LogPipeline): Record<string, string>;
}
