import { z } from "zod";
import { isLinePattern, LINE_PATTERN_EXPECTED } from "../../components/kit/line-pattern";
import { described, duration, name, quantity, text, whole } from "../../components/kit/fields";

const pattern = (what: string, example: string) =>
  described(z.string().refine(isLinePattern), `${what}: ${LINE_PATTERN_EXPECTED}`, example);

const enabled = (what: string) =>
  described(z.boolean().default(true), `${what}, where the hub takes them: true or false`, false);

const where = {
  namespace: text("Namespace of the pods; all where left out", "web").optional(),
  container: text("Name of the container; all where left out", "app").optional(),
};

const list = <T extends z.ZodType>(rule: T, what: string, example: unknown) =>
  described(z.array(described(rule, what, example)).default([]), `${what}: a list`, [example]);

const redact = (what: string) =>
  list(
    z.strictObject({
      pattern: pattern("What is replaced", "card=\\d+"),
      replacement: text("What stands there instead; *** where left out", "card=***").optional(),
    }),
    what,
    { pattern: "card=\\d+", replacement: "card=***" },
  );

export const logsSection = described(
  z
    .strictObject({
      enabled: enabled("Whether logs of pods are sent"),
      agent: described(
        z.enum(["otel", "promtail", "fluent-bit"]).default("otel"),
        "The program that reads them: otel, promtail (its last release was in March 2026) or fluent-bit",
        "otel",
      ),
      disk: quantity(
        "Disk that the queue may take on each node, instead of the derived size",
        "10Gi",
      ).optional(),
      multiline: list(
        z.strictObject({
          ...where,
          firstLine: pattern("What the first line of an entry begins with", "\\d{4}-\\d{2}"),
        }),
        "Containers whose entries have several lines",
        { namespace: "web", firstLine: "\\d{4}-\\d{2}" },
      ),
      drop: list(
        z.strictObject({
          ...where,
          pattern: pattern("What is found in a line that is not sent", "GET /healthz"),
        }),
        "Lines that are not sent",
        { pattern: "GET /healthz" },
      ),
      redact: redact("Text that is replaced in lines before they are sent"),
    })
    .prefault({}),
  "Logs of pods",
  { agent: "otel" },
);

export const tracesSection = described(
  z
    .strictObject({
      enabled: enabled("Whether traces of applications are sent"),
      tier: described(
        z.enum(["gateway", "agent"]).default("gateway"),
        "Where they are sampled: gateway (collectors that see whole traces) or agent (the collector of each node)",
        "gateway",
      ),
      gatewayReplicas: whole("Collectors of the gateway, each with a volume", [1, 20], 2).default(
        1,
      ),
      sampling: described(
        z.enum(["tail", "probabilistic", "none"]).optional(),
        "Which are kept: tail (errors, slow ones and a share of the others), probabilistic (a share) or none (all); tail where left out, without the gateway probabilistic",
        "tail",
      ),
      samplingPercentage: described(
        z.number().min(0).max(100).optional(),
        "How many percent are kept: a number from 0 to 100; 10 for dev, 5 for stg, else 1 where left out",
        5,
      ),
      decisionWait: duration(
        "How long the spans of a trace are waited for before it is decided on",
        "10s",
      ).default("10s"),
      slowerThan: duration("Traces that took longer are kept", "2s").default("2s"),
      spanMetrics: described(
        z.boolean().default(true),
        "Whether metrics are made of all spans, of calls, errors, durations and which service calls which: true or false",
        false,
      ),
      redact: redact("Text that is replaced in attributes of spans before they are sent"),
      disk: quantity(
        "Disk of each collector of the gateway, instead of the derived size",
        "10Gi",
      ).optional(),
    })
    .prefault({}),
  "Traces of applications",
  { samplingPercentage: 5 },
);

export const exportersSection = list(
  z.strictObject({
    name: name("Name of the destination", "splunk"),
    kind: described(
      z.enum(["otlp", "splunk", "dynatrace"]),
      "What it speaks: otlp (over HTTP), splunk (HTTP Event Collector) or dynatrace",
      "otlp",
    ),
    endpoint: text("Its https address", "https://otlp.example.com"),
    signals: described(
      z
        .array(z.enum(["logs", "traces"]))
        .min(1)
        .optional(),
      "What goes there: a list of logs, traces; both where left out, for splunk logs",
      ["logs"],
    ),
    secretName: text("Secret with its token, in both namespaces of the edge", "splunk").optional(),
    secretKey: text("Key in that Secret; token where left out", "token").optional(),
    header: text(
      "For otlp: the header that is the token; Authorization where left out",
      "X-Api-Key",
    ).optional(),
    index: text("For splunk: the index", "main").optional(),
  }),
  "Destinations of logs and traces next to the hub",
  {
    name: "splunk",
    kind: "splunk",
    endpoint: "https://splunk.example.com:8088/services/collector",
    secretName: "splunk",
  },
);
