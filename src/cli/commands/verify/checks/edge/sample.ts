import { labelsOf } from "../../../../../../components/contract/hub";
import { remoteWrite } from "../../../../cluster/remote-write";
import type { Probe, Writer } from "./probe";

/** Of what is written to be read back. */
export const VERIFY_METRIC = "heliograph_verify";

export const sample: Probe = {
  name: "sample",
  signal: "metrics",
  backend: (hub, cell) => hub.metricsBackend(cell),
  write(target, writer, id, milliseconds) {
    return remoteWrite(target, [
      { labels: sampleLabels(writer, id), samples: [[1, milliseconds]] },
    ]);
  },
  async count(hub, { tenant, cell }, ids, milliseconds) {
    const mimir = await hub.mimir(cell);
    return mimir.number(
      [tenant],
      `count(${VERIFY_METRIC}{probe=~"${ids.join("|")}"})`,
      milliseconds / 1000,
    );
  },
};

export function sampleLabels({ name, entry }: Writer, id: string) {
  return { __name__: VERIFY_METRIC, probe: id, ...labelsOf(name, entry) };
}
