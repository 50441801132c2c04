/**
 * Proves: the scenario `rotation` reads from the gateway's logs how long a revoked edge was still
 * taken. Does not prove: that the logs are such; the lab does.
 */
import { expect, test } from "vitest";
import type { ScenarioContext } from "../../lab/scenarios/context";
import { refusalOf } from "../../lab/scenarios/support/gateway-log";

const write = (pod: string, second: number, status: number, edge = "dev") =>
  `[pod/${pod}/nginx] ${JSON.stringify({ time: `2026-01-01T00:00:${second}+00:00`, subject: `CN=${edge},OU=key-1,O=heliograph`, status })}`;
const reload = (pod: string, second: number, said = "done") =>
  `[pod/${pod}/reloader] ${JSON.stringify({ time: `2026-01-01T00:00:${second}Z`, reload: said })}`;

const logs: Record<string, string[]> = {
  nginx: [
    write("a", 10, 200),
    write("a", 22, 200),
    write("a", 25, 200),
    write("a", 26, 503),
    write("a", 59, 200, "prd"),
    "[pod/a/nginx] 2026/01/01 00:00:20 [notice] no JSON",
    write("b", 12, 200),
    write("b", 31, 503),
    write("b", 36, 503),
  ],
  reloader: [
    reload("a", 11),
    reload("a", 20),
    reload("a", 50, "refused, the old one stays"),
    reload("b", 30),
  ],
};

test("counts from each pod's last reload to the last write that it took of the edge, and what it refused since", async () => {
  const kubectl = async (_cluster: string, args: string[]) =>
    (logs[args.find((arg) => arg.startsWith("--container="))!.split("=")[1]!] ?? []).join("\n");
  expect(await refusalOf({ kubectl } as unknown as ScenarioContext, "dev")).toEqual([
    { pod: "a", takenFor: 5, refused: 1 },
    { pod: "b", takenFor: 0, refused: 2 },
  ]);
});
