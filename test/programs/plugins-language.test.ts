/** A TypeScript program between the real Pulumi CLI and the stand-in of the language host. */
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { onceItSays, Stack } from "./support/pulumi";

const program = `
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { greeting } from "./greeting";

const config = new pulumi.Config();
console.log(greeting(config.require("who")), process.cwd(), pulumi.getStack(), pulumi.getProject());
if (config.getBoolean("fail")) throw new pulumi.RunError("the configuration of this stack is wrong: fail is true");
if (config.getBoolean("wait")) setInterval(() => undefined, 1000);
const key = new tls.PrivateKey("key", { algorithm: "ECDSA", ecdsaCurve: "P256" });
export const fingerprint = key.publicKeyFingerprintSha256;
export const password = config.requireSecret("password");
`;
const greeting = "export function greeting(name: string): string {\n  return `hello ${name}`;\n}\n";

/** Each test runs the real CLI several times, two seconds each on a machine at rest. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let stack: Stack;

beforeEach(async () => {
  stack = await Stack.create(join("no", "kubeconfig"), program);
  await writeFile(join(stack.folder, "greeting.ts"), greeting);
  await configure("who", "world");
  await configure("password", "not-for-the-screen", "--secret");
});
afterEach(() => stack.remove());

async function configure(key: string, value: string, ...options: string[]): Promise<void> {
  expect(
    await stack.run(["config", "set", key, value, ...options, "--stack", "test"]),
  ).toMatchObject({ ok: true });
}

/** The processes that have this folder in their command line. */
function processesOf(folder: string): string[] {
  const ids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return ids.flatMap((id) => {
    try {
      const command = readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ");
      return command.includes(folder) ? [command] : [];
    } catch {
      return []; // ended meanwhile
    }
  });
}

describe("a program", () => {
  it("runs in the folder of its project, with its configuration, output and exports", async () => {
    const up = await stack.up();
    expect(up).toMatchObject({ ok: true });
    expect(up.output).toContain(`hello world ${stack.folder} test tryout`);
    expect(up.output).toMatch(/fingerprint: "SHA256:/);
    expect(up.output).toMatch(/password +: \[secret\]/);
    expect(up.output).not.toContain("not-for-the-screen");
    expect((await stack.up()).output).toMatch(/Resources:\n\s+2 unchanged\n/);
  });

  it("tells its errors once, without a stack", async () => {
    await configure("fail", "true");
    const up = await stack.up();
    expect(up.ok).toBe(false);
    const diagnostics = up.output.slice(up.output.indexOf("Diagnostics:"));
    expect(
      diagnostics.match(/the configuration of this stack is wrong: fail is true/g),
    ).toHaveLength(1);
    expect(up.output).not.toContain("non-zero exit code");
    expect(up.output).not.toContain("    at ");
  });

  it("is type-checked by the tsconfig.json of its project, unless told otherwise", async () => {
    await writeFile(
      join(stack.folder, "greeting.ts"),
      greeting.replace("hello ${name}", "${name * 2}"),
    );
    const checked = await stack.up({ PULUMI_NODEJS_TRANSPILE_ONLY: "" });
    expect(checked.ok).toBe(false);
    expect(checked.output).toContain("greeting.ts(2,13): error TS2362");
  });

  it("in a folder that `main` names runs there, with the tsconfig.json that the options name", async () => {
    await mkdir(join(stack.folder, "src"));
    await writeFile(join(stack.folder, "src", "index.ts"), program);
    await writeFile(join(stack.folder, "src", "greeting.ts"), greeting);
    const project = [
      "name: tryout",
      "main: src/index.ts",
      "runtime:",
      "  name: nodejs",
      "  options:",
    ];
    await writeFile(
      join(stack.folder, "Pulumi.yaml"),
      [...project, "    tsconfig: ../tsconfig.json", ""].join("\n"),
    );
    const up = await stack.up();
    expect(up).toMatchObject({ ok: true });
    expect(up.output).toContain(`hello world ${join(stack.folder, "src")} test tryout`);
    await writeFile(
      join(stack.folder, "Pulumi.yaml"),
      [...project, "    tsconfig: missing.json", ""].join("\n"),
    );
    expect((await stack.up()).output).toContain("missing.json");
  });

  it("does not outlive an engine that was killed, nor do the plugins", async () => {
    await configure("wait", "true");
    const killed = await stack.up({}, (child) =>
      onceItSays(child, "hello world", () => child.kill("SIGKILL")),
    );
    expect(killed.ok).toBe(false);
    await expect.poll(() => processesOf(stack.folder), { timeout: 10_000 }).toEqual([]);
  });
});
