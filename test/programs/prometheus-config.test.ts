/** Proves: Prometheus' own check takes the agent's configuration. Does not prove: that it scrapes what it should; the lab does. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { agentConfig, agentConfigFile } from "../../components/edge/prometheus-agent/config";
import { configArgs } from "../components/edge/edge";
import { authority } from "./support/certificates";
import { PodFolder } from "./support/prometheus-agent";
import { program } from "./support/programs";

let pod: PodFolder;
beforeAll(async () => {
  pod = new PodFolder();
  const edges = await authority("edges");
  pod.identity(await edges.issue("CN=dev"), edges.cert);
  pod.mount("service-account", { token: "token", "ca.crt": edges.cert });
});
afterAll(() => pod.remove());

const check = (text: string) =>
  execFileSync(program("prometheus", "promtool"), ["check", "config", "--agent", pod.config(text)], {
    encoding: "utf8",
    stdio: "pipe",
  });

test.each([true, false])("promtool takes it, kubelets verified: %s", (verifyKubelets) => {
  const { text } = agentConfigFile(agentConfig({ ...configArgs, verifyKubelets }));
  expect(check(text)).toContain("SUCCESS");
});

test("promtool would notice a misspelled key", () => {
  const { text } = agentConfigFile(agentConfig(configArgs));
  expect(() => check(text.replace("retry_on_http_429", "retry_on_429"))).toThrow("field retry_on_429 not found");
});
