import { logFiles, ownFiles, PACKED_FILES, type LogPipeline } from "../logs/pipeline";
import { literal } from "./labels";
import { OTEL_AGENT } from "./program";
import { STORAGE } from "./exporters";

/**
 * Stands between the lines of an entry while its first one is parsed: the parser takes one line.
 */
const SEPARATOR = "\\x1e";
/** What the container runtime (CRI) puts before each line. */
const CRI = "\\S+ (?:stdout|stderr) [FP] ?";

/**
 * Receivers of the logs of pods. A position is on disk once the lines before it are in the queue on
 * disk, so that a kill repeats lines and loses none: for that entries of several lines are put
 * together while the file is read, not behind it (the operator `recombine` would hold them in
 * memory, their position already stored), and the feature gate of `FEATURE_GATES` passes lines on
 * while they are read.
 */
export function podLogReceivers(pipeline: LogPipeline): Record<string, object> {
  const { multiline } = pipeline;
  const receiver = (include: string[], exclude: string[], special: object) => ({
    include,
    exclude: [...PACKED_FILES, ownFiles(OTEL_AGENT.name, pipeline), ...exclude],
    // A container that starts has its first lines read too.
    start_at: "beginning",
    include_file_path: true,
    include_file_name: false,
    storage: STORAGE,
    // A full queue stops the reading: the lines wait in their files.
    retry_on_failure: { enabled: true, max_elapsed_time: 0 },
    ...special,
  });
  const several = multiline.map((rule, index): [string, object] => [
    `file_log/lines_${index}`,
    receiver(logFiles(rule), multiline.slice(0, index).flatMap(logFiles), {
      multiline: { line_start_pattern: `^${CRI}(?:${literal(rule.firstLine)})` },
      operators: [
        { type: "regex_replace", field: "body", regex: `\\n${CRI}`, replace_with: "\x1e" },
        { type: "container" },
        { type: "regex_replace", field: "body", regex: SEPARATOR, replace_with: "\n" },
      ],
    }),
  ]);
  return {
    "file_log/pods": receiver(logFiles(), multiline.flatMap(logFiles), {
      operators: [{ type: "container" }],
    }),
    ...Object.fromEntries(several),
  };
}
