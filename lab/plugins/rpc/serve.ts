/**
 * What every plugin process shares: the gRPC server, the line with its port, the engine's log, and
 * its end.
 */
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

const channelOptions: grpc.ChannelOptions = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": -1,
};

export type Severity = "debug" | "info" | "warning" | "error";
const severities: Record<Severity, LogSeverity> = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
};

/** The way back to the engine that started this plugin. */
export class Engine {
  private client: EngineClient | undefined;

  connect(address: string): void {
    if (address)
      this.client = new EngineClient(address, grpc.credentials.createInsecure(), channelOptions);
  }

  /** A message that stays on screen. */
  log(severity: Severity, message: string, urn = ""): void {
    this.send(severity, message, urn, false);
  }

  /** A message that the next one of the same resource takes the place of: progress. */
  status(message: string, urn: string): void {
    this.send("info", message, urn, true);
  }

  private send(severity: Severity, message: string, urn: string, ephemeral: boolean): void {
    const request = new LogRequest();
    request.setSeverity(severities[severity]);
    request.setMessage(message);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    // A message that does not arrive must not fail the work that it tells of.
    this.client?.log(request, () => undefined);
  }
}

/** Serves one plugin to the engine that started this process, and ends with it. */
export async function servePlugin(
  pluginName: string,
  addTo: (server: grpc.Server, engine: Engine) => void,
  atEnd: () => void = () => undefined,
): Promise<void> {
  const engine = new Engine();
  const address = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  if (address) engine.connect(address);

  const server = new grpc.Server(channelOptions);
  addTo(server, engine);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  endWithParent(atEnd);
  process.on("uncaughtException", (error) => {
    process.stderr.write(`${pluginName}: ${error.stack ?? String(error)}\n`);
    atEnd();
    process.exit(1);
  });
  // The engine reads the port from the first line of standard output.
  process.stdout.write(`${port}\n`);
}

/** A plugin whose engine was killed has nobody left to ask it for anything. */
function endWithParent(atEnd: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid === parent) return;
    atEnd();
    process.exit(0);
  }, 1000).unref();
  process.on("SIGTERM", () => {
    atEnd();
    process.exit(0);
  });
}

/**
 * Turns an async function into a gRPC handler; what it throws becomes the status that the engine
 * shows.
 */
export function unary<Request, Response>(
  handle: (
    request: Request,
    call: grpc.ServerUnaryCall<Request, Response>,
  ) => Promise<Response> | Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => handle(call.request, call))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toStatus(error)),
      );
  };
}

/** An error that knows its gRPC status, for example one with details for the engine. */
export class StatusError extends Error {
  constructor(
    message: string,
    readonly code: grpc.status,
    readonly metadata?: grpc.Metadata,
  ) {
    super(message);
  }
}

function toStatus(error: unknown): Partial<grpc.StatusObject> {
  if (error instanceof StatusError) {
    return {
      code: error.code,
      details: error.message,
      ...(error.metadata && { metadata: error.metadata }),
    };
  }
  return {
    code: grpc.status.UNKNOWN,
    details: error instanceof Error ? error.message : String(error),
  };
}
