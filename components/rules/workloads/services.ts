import { TRACE_METRICS } from "../../contract/names";
import { EDGE, IN_CLUSTER, on, percent, sumBy, type Subject } from "./subject";

const SERVICE = "k8s_namespace_name, service_name";
const { calls, durations } = TRACE_METRICS;
/** What a service is asked, not what it asks. */
const SERVED = `span_kind=~"SPAN_KIND_(SERVER|CONSUMER)"`;
const rate = (series: string) => `rate(${series}[5m])`;
const NAME = `{{ $labels.service_name }}{{ with $labels.k8s_namespace_name }} of {{ . }}{{ end }} ${IN_CLUSTER}`;

/** Services: requests, errors and latency, from all spans before sampling. */
export const services: Subject = {
  name: "services",
  recordings: [
    {
      record: "service:calls:rate5m",
      expr: sumBy(SERVICE, rate(`${calls}{${SERVED}}`)),
    },
    {
      record: "service:errors:ratio",
      expr: `(${sumBy(SERVICE, rate(`${calls}{${SERVED},status_code="STATUS_CODE_ERROR"}`))} or service:calls:rate5m * 0) / (service:calls:rate5m > 0)`,
    },
    {
      record: "service:latency:p99",
      expr: `histogram_quantile(0.99, ${sumBy(`${SERVICE}, le`, rate(`${durations}{${SERVED}}`))})`,
    },
    {
      // By metrics of applications, as the document has it, and by spans where a service has none.
      record: "global:requests:rate",
      expr: `sum by (${EDGE}, service) (rate(http_requests_total[5m])) or sum by (${EDGE}, service) (label_replace(service:calls:rate5m, "service", "$1", "service_name", "(.*)"))`,
    },
  ],
  alerts: (limits, of) => [
    {
      name: "ServiceErrors",
      severity: "critical",
      expr: `${of("service:errors:ratio")} > ${limits.serviceErrorRatio} and ${on(SERVICE)} service:calls:rate5m > ${limits.serviceCallsPerSecond}`,
      for: "5m",
      summary: `{{ $value | humanizePercentage }} of the calls to service ${NAME} fail`,
      description: `More than ${percent(limits.serviceErrorRatio)}. First: a failed trace of it, which shows where in the chain it starts`,
    },
    {
      name: "ServiceSlow",
      severity: "warning",
      expr: `${of("service:latency:p99")} > ${limits.serviceSeconds} and ${on(SERVICE)} service:calls:rate5m > ${limits.serviceCallsPerSecond}`,
      for: "10m",
      summary: `One in a hundred calls to service ${NAME} takes more than {{ $value | printf "%.2f" }} s`,
      description: `${limits.serviceSeconds} s is the limit. First: a slow trace of it, then the CPU of its containers`,
    },
  ],
};
