import { connect } from "node:http2";
import { onConnection, type Response } from "../../../src/cli/cluster/http";
import type { WriteTarget } from "../../../src/cli/cluster/remote-write";

/**
 * A call of gRPC with one message: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.
 * Its own status is in trailers: anything but OK is 500 here, unless HTTP's says more.
 */
export function grpcCall(
  { headers, ...target }: WriteTarget,
  path: string,
  message: Buffer,
): Promise<Response> {
  return onConnection(
    target,
    (stream, signal) =>
      new Promise((resolve, reject) => {
        const { serverName = "localhost" } = target.tls ?? {};
        const session = connect(`http${target.tls ? "s" : ""}://${serverName}`, {
          createConnection: () => stream,
        });
        session.once("error", reject);
        session.once("close", () => reject(new Error("the connection was closed")));
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        // As clients of gRPC do: NGINX refuses streams with data before its settings are confirmed.
        session.once("remoteSettings", () => {
          const own = {
            ":method": "POST",
            ":path": path,
            "content-type": "application/grpc",
            te: "trailers",
          };
          const call = session.request({ ...own, ...headers }, { signal });
          const parts: Buffer[] = [];
          let [http, status, text] = [0, "", ""];
          const note = (values: Record<string, unknown>) => {
            status = String(values["grpc-status"] ?? status);
            text = decodeURIComponent(String(values["grpc-message"] ?? text));
          };
          call.once("response", (answered) => {
            http = answered[":status"] ?? 0;
            note(answered);
          });
          call.once("trailers", note);
          call.on("data", (part: Buffer) => parts.push(part));
          call.once("error", reject);
          call.once("end", () => {
            session.destroy();
            const body = Buffer.concat(parts).toString("utf8");
            if (http !== 200) resolve({ status: http, body });
            else if (status === "0") resolve({ status: 200, body: "" });
            else resolve({ status: 500, body: `gRPC ${status}: ${text}` });
          });
          call.end(framed(message));
        });
      }),
    ["h2"],
  );
}

/** Not compressed, and its length. */
function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
