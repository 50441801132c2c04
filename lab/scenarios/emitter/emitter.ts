import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import {
  dueAt,
  EMITTED_ATTRIBUTE,
  EMITTED_METRIC,
  EMITTER_PORT,
  hasError,
  serviceName,
  traceIdOf,
  type EmittedLine,
  type Emission,
  type LastLine,
  type Service,
} from "./emission";

/*
 * An application that says numbers, each as a line on its standard output, a line over OTLP, a
 * trace of two services, and a metric. It is a program of its own, in a pod. It claims to be of
 * another edge, by every one of the five labels. It imports nothing of the library: what it needs
 * is in EMISSION, so that the program fits in a ConfigMap.
 *
 *   EMISSION                       what it says, and when
 *   OTEL_EXPORTER_OTLP_ENDPOINT    where lines and traces go
 */
const emission = JSON.parse(process.env["EMISSION"] ?? "{}") as Emission;
const collector = process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "";
const { run, count, keep, only, linesEach = 1, spanMilliseconds = 10 } = emission;

const TICK_MILLISECONDS = 100;
const RETRY_MILLISECONDS = 1000;
/** Numbers of the protocol. */
const KIND = { back: 2, front: 3 } as const;
const ERROR = 2;
const SEVERITY = { info: 9, error: 17 } as const;

const nanoseconds = (milliseconds: number) => `${milliseconds}000000`;

function attributes(values: Readonly<Record<string, string | number>>) {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: value } : { stringValue: value },
  }));
}

function resourceOf(service: Service) {
  const forged = Object.fromEntries(emission.forgedLabels.map((label) => [label, "forged"]));
  return { attributes: attributes({ "service.name": serviceName(emission, service), ...forged }) };
}

function spansOf(service: Service, lines: readonly EmittedLine[]) {
  const spans = lines.map(({ number, emitted }) => {
    const traceId = traceIdOf(run, number);
    const [root, child] = [traceId.slice(0, 16), traceId.slice(16)];
    return {
      traceId,
      ...(service === "front" ? { spanId: root } : { spanId: child, parentSpanId: root }),
      name: "say",
      kind: KIND[service],
      startTimeUnixNano: nanoseconds(emitted - spanMilliseconds),
      endTimeUnixNano: nanoseconds(emitted),
      attributes: attributes({
        [EMITTED_ATTRIBUTE]: emitted,
        ...(keep && { [emission.keepAttribute]: 1 }),
      }),
      ...(service === "back" && hasError(emission, number) && { status: { code: ERROR } }),
    };
  });
  return { resourceSpans: [{ resource: resourceOf(service), scopeSpans: [{ spans }] }] };
}

function logsOf(lines: readonly EmittedLine[]) {
  const logRecords = lines.map((line) => ({
    timeUnixNano: nanoseconds(line.emitted),
    severityNumber: hasError(emission, line.number) ? SEVERITY.error : SEVERITY.info,
    body: { stringValue: JSON.stringify(line) },
    traceId: traceIdOf(run, line.number),
  }));
  return { resourceLogs: [{ resource: resourceOf("front"), scopeLogs: [{ logRecords }] }] };
}

/** Until it is taken. */
async function send(path: string, body: object): Promise<void> {
  for (;;) {
    const call = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    const answer = await fetch(collector + path, call).catch((error: Error) => error);
    if (answer instanceof Response && answer.ok) return;
    console.error(
      `${path}: ${answer instanceof Response ? answer.status : String(answer.cause ?? answer)}`,
    );
    await pause(RETRY_MILLISECONDS);
  }
}

const said: EmittedLine[] = [];

async function say(lines: readonly EmittedLine[]): Promise<void> {
  said.push(...lines);
  for (const first of only === "traces" ? [] : lines)
    for (let line = 0; line < linesEach; line += 1)
      console.log(JSON.stringify(line === 0 ? first : { ...first, line }));
  // The services of a trace send on their own.
  await Promise.all([
    ...(only === "lines"
      ? []
      : (["back", "front"] as const).map((of) => send("/v1/traces", spansOf(of, lines)))),
    ...(only === undefined ? [send("/v1/logs", logsOf(lines))] : []),
  ]);
}

async function sayAll(): Promise<void> {
  const sent: Promise<void>[] = [];
  for (let number = 0; number < count;) {
    const emitted = Date.now();
    const due: EmittedLine[] = [];
    for (; number < count && dueAt(emission, number) <= emitted; number += 1)
      due.push({ run, number, emitted });
    if (due.length > 0) sent.push(say(due));
    await pause(TICK_MILLISECONDS);
  }
  await Promise.all(sent);
  console.log(JSON.stringify({ run, acknowledged: count } satisfies LastLine));
}

function metrics(): string {
  const series = said.map(
    ({ number, emitted }) => `${EMITTED_METRIC}{run="${run}",number="${number}"} ${emitted}\n`,
  );
  return `# TYPE ${EMITTED_METRIC} gauge\n${series.join("")}`;
}

createServer((_, answer) =>
  answer.setHeader("content-type", "text/plain; version=0.0.4").end(metrics()),
).listen(EMITTER_PORT);
process.once("SIGTERM", () => process.exit());
void sayAll();
