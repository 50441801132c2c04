import { labelsOf } from "../../../../../components/contract/hub";
import { MIMIR } from "../../../../../components/in-force";
import { remoteWrite } from "../../../clients/remote-write";
import type { Probe } from "./probe";

const NAME = "heliograph_verify";

export const sample: Probe = {
  name: "sample",
  signal: "metrics",
  backend: MIMIR,
  write(target, { name, entry }, id, milliseconds) {
    const labels = { __name__: NAME, probe: id, ...labelsOf(name, entry) };
    return remoteWrite(target, [{ labels, samples: [[1, milliseconds]] }]);
  },
  async count(hub, { tenant, cell }, ids, milliseconds) {
    const mimir = await hub.mimir(cell);
    return mimir.number([tenant], `count(${NAME}{probe=~"${ids.join("|")}"})`, milliseconds / 1000);
  },
};
