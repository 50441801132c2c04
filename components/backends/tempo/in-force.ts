/** Path of Tempo's HTTP interface that shows the runtime configuration it has loaded. */
export const TEMPO_RUNTIME_CONFIG_PATH = "/status/runtime_config";

/** What it shows there, without the line that names the path. */
export function tempoRuntimeConfigShown(answer: string): string {
  return answer.replace(/^GET .*\n/, "");
}
