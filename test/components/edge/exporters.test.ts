/** Proves: each kind of destination gets the signals that it takes, with its own token. */
import { expect, test } from "vitest";
import { extraExporters } from "../../../components/edge/collector/exporters";
import type { EdgeExporterArgs } from "../../../components/edge/collector/args";

const exporter = (kind: EdgeExporterArgs["kind"], more: Partial<EdgeExporterArgs> = {}) =>
  ({
    ...{ name: `to-${kind}`, kind, endpoint: `https://${kind}.example.com`, secretName: kind },
    ...more,
  }) as EdgeExporterArgs;

test("each kind is addressed in its own way", () => {
  const all = [
    exporter("splunk", { index: "main" }),
    exporter("dynatrace"),
    exporter("otlp"),
    exporter("otlp", { name: "other", header: "X-Key" }),
  ];
  const logs = extraExporters(all, "logs");
  expect(logs).toMatchObject({
    "splunk_hec/to-splunk": {
      endpoint: "https://splunk.example.com",
      token: "${env:EXPORTER_TO_SPLUNK_TOKEN}",
      index: "main",
    },
    "otlp_http/to-dynatrace": {
      endpoint: "https://dynatrace.example.com",
      headers: { Authorization: "Api-Token ${env:EXPORTER_TO_DYNATRACE_TOKEN}" },
    },
    "otlp_http/to-otlp": { endpoint: "https://otlp.example.com" },
    "otlp_http/other": { headers: { "X-Key": "${env:EXPORTER_OTHER_TOKEN}" } },
  });
  expect(Object.keys(extraExporters(all, "traces"))).toEqual(Object.keys(logs).slice(1));
});
