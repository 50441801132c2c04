/**
 * Proves: the command as people run it, in a process of its own with Node and nothing else. Does
 * not prove: how long it takes on a quiet machine.
 */
import { spawn } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withRequests } from "../../../src/cli/commands/up/requests";
import { makeRequest } from "../../support/requests";

const ROOT = resolve(__dirname, "../../..");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "render-command-test-"));
  for (const stack of ["ops", "dev", "stg", "prd"]) {
    await cp(join(ROOT, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`));
  }
});
afterEach(() => rm(folder, { recursive: true }));

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function render(...args: string[]): Promise<Result> {
  const env = { PATH: dirname(process.execPath), HOME: folder, HELIOGRAPH_PROJECT: folder };
  const command = ["--import", "./src/typescript.mjs", "src/cli/main.ts", "render", ...args];
  const child = spawn(process.execPath, command, { cwd: ROOT, env });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text) => (stdout += text));
  child.stderr.on("data", (text) => (stderr += text));
  return new Promise((done) => child.on("close", (code) => done({ code, stdout, stderr })));
}

it("renders the committed stacks, each edge as it will be", { timeout: 60_000 }, async () => {
  const out = join(folder, "out");
  const { code, stdout, stderr } = await render("--out", out);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("StatefulSet mimir-main ×1");
  expect(stdout).toContain(
    "Not signed yet, rendered as they will be once connected: dev, stg, prd",
  );
  expect((await readdir(out)).sort()).toEqual(["dev", "ops", "prd", "stg"]);
  const files = await readdir(out, { recursive: true });
  const texts = await Promise.all(
    files.filter((file) => file.endsWith(".yaml")).map((file) => readFile(join(out, file), "utf8")),
  );
  expect(texts.filter((text) => text.includes("PRIVATE KEY"))).toEqual([]);
});

it("renders the identity only with --as-is", { timeout: 60_000 }, async () => {
  const { code, stdout } = await render("dev", "--as-is", "--no-write");
  expect(code).toBe(0);
  expect(stdout).toContain("dev  0 objects");
  expect(stdout).toContain("npm run up");
});

it(
  "tells what the program refuses whole, once, and without a stack trace",
  { timeout: 60_000 },
  async () => {
    const file = join(folder, "Pulumi.ops.yaml");
    const request = await makeRequest({ subject: "O=heliograph,OU=key-1,CN=prd" });
    await writeFile(file, withRequests(await readFile(file, "utf8"), { dev: request }));
    const { code, stderr } = await render("ops", "--no-write");
    expect(code).toBe(1);
    expect(stderr.split("a request with subject CN=prd,OU=key-1,O=heliograph")).toHaveLength(2);
    expect(stderr).not.toMatch(/^ +at /m);
  },
);
