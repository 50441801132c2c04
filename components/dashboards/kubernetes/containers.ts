import type { Panels } from "../kit/dashboard";
import { graph, type drill } from "../kit/panels";
import type { Scope } from "../kit/scope";
import { rate } from "./metrics";

interface Grouping {
  /** Labels of the series, with commas. */
  readonly labels: string;
  readonly legend: string;
  readonly links?: readonly ReturnType<typeof drill>[];
  /** Each series of pods with what it is grouped by. Defaults to itself. */
  readonly of?: (text: string) => string;
}

/** Network and disks of pods, as cAdvisor counts them. */
export function trafficPanels({ series, range }: Scope, grouping: Grouping): Panels {
  const { labels, legend, links = [], of = (text: string) => text } = grouping;
  const sum = (metric: string, more = 'pod!=""') =>
    range(`sum by (${labels}) (${of(rate(series(metric, more)))})`, legend);
  const both = (one: string, other: string) =>
    range(
      `sum by (${labels}) (${of(`${rate(series(one, 'pod!=""'))} + ${rate(series(other, 'pod!=""'))}`)})`,
      legend,
    );
  return {
    received: graph(
      "Received",
      "Bps",
      "Bytes that pods receive. Pods on the host's network are not counted.",
      sum("container_network_receive_bytes_total"),
      { links },
    ),
    sent: graph(
      "Sent",
      "Bps",
      "Bytes that pods send. Pods on the host's network are not counted.",
      sum("container_network_transmit_bytes_total"),
      { links },
    ),
    dropped: graph(
      "Packets dropped",
      "pps",
      "Packets that were dropped on their way in or out.",
      both(
        "container_network_receive_packets_dropped_total",
        "container_network_transmit_packets_dropped_total",
      ),
      { links },
    ),
    diskReads: graph(
      "Read from disks",
      "Bps",
      "Bytes that containers read from disks.",
      sum("container_fs_reads_bytes_total", 'container!=""'),
      { links },
    ),
    diskWrites: graph(
      "Written to disks",
      "Bps",
      "Bytes that containers write to disks.",
      sum("container_fs_writes_bytes_total", 'container!=""'),
      { links },
    ),
  };
}
