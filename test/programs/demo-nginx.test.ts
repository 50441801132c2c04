/** Proves: NGINX takes the demo's configuration. Does not prove: that it serves; the lab does. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NGINX_PATHS, nginxConfig } from "../../src/demo/nginx-config";
import { authority } from "./support/certificates";
import { program } from "./support/programs";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "heliograph-demo-"));
  const { cert, key } = await (await authority("demo")).issue("CN=https.secure.svc");
  writeFileSync(join(folder, "tls.crt"), cert);
  writeFileSync(join(folder, "tls.key"), key);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([false, true])("nginx -t takes it, https: %s", (https) => {
  const file = join(folder, "nginx.conf");
  const here = nginxConfig({ https })
    .replaceAll(`${NGINX_PATHS.tmp}/`, `${folder}/`)
    .replaceAll(NGINX_PATHS.certificate, folder);
  writeFileSync(file, here);
  const { status, stderr } = spawnSync(program("nginx", "nginx"), ["-t", "-e", "stderr", "-c", file], {
    encoding: "utf8",
  });
  expect(stderr).toContain("test is successful");
  expect(status).toBe(0);
});
