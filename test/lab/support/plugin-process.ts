/** A stand-in as the engine starts it: a process that prints its port. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import * as grpc from "@grpc/grpc-js";

export interface RunningPlugin {
  address: string;
  process: ChildProcess;
  /** What it wrote after its port. */
  output(): string;
  stop(): Promise<void>;
}

export async function startPlugin(path: string): Promise<RunningPlugin> {
  const child = spawn(path, [], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      output += String(chunk);
      if (output.includes("\n")) resolve(output.slice(0, output.indexOf("\n")));
    });
    child.on("exit", (code) => reject(new Error(`${path} ended with ${code}: ${output}`)));
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await ended;
  };
  return {
    address: `127.0.0.1:${port}`,
    process: child,
    output: () => output.slice(port.length + 1),
    stop,
  };
}

type Method<Request, Response> = (
  request: Request,
  callback: (error: grpc.ServiceError | null, response: Response) => void,
) => unknown;

/** Calls a method of a gRPC client. */
export function call<Request, Response>(
  client: object,
  method: Method<Request, Response>,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method.call(client, request, (error, response) => (error ? reject(error) : resolve(response)));
  });
}
