import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import { ProgramInfo, RunRequest } from "@pulumi/pulumi/proto/language_pb";
import type { RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConstructRequest, InvokeRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { installPlugins, pluginNames } from "../../lab/plugins/index";
import { call, startPlugin } from "./support/plugin-process";
import type { RunningPlugin } from "./support/plugin-process";

const folder = mkdtempSync(join(tmpdir(), "heliograph-plugins-"));
const bin = join(folder, "bin");
const nowhere = { officialOnPath: [], pulumiHome: join(folder, "no-pulumi-home") };

/**
 * Bundling and starting take a second or two, and much longer on a machine that builds Go programs
 * meanwhile.
 */
const patience = 60_000;
vi.setConfig({ testTimeout: patience, hookTimeout: patience });

beforeAll(async () => {
  await installPlugins(bin, nowhere);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function executable(path: string): string {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, 0o755);
  return path;
}

describe("installing the stand-ins", () => {
  it("leaves out those whose official plugin is on PATH or downloaded, and says so", async () => {
    const onPath = executable(join(folder, "official", "pulumi-resource-tls"));
    const downloaded = executable(
      join(folder, "home", "plugins", "resource-kubernetes-v4.34.2", "pulumi-resource-kubernetes"),
    );
    const target = join(folder, "with-official");
    const found = { officialOnPath: [join(folder, "official")], pulumiHome: join(folder, "home") };
    expect(await installPlugins(target, found)).toEqual([
      { name: "pulumi-resource-kubernetes", origin: "official", path: downloaded },
      { name: "pulumi-resource-tls", origin: "official", path: onPath },
      {
        name: "pulumi-language-nodejs",
        origin: "stand-in",
        path: join(target, "pulumi-language-nodejs"),
      },
    ]);
  });

  it("does not take the stand-ins of another lab for official ones", async () => {
    const installed = await installPlugins(join(folder, "second"), {
      ...nowhere,
      officialOnPath: [bin],
    });
    expect(installed.map(({ origin }) => origin)).toEqual(["stand-in", "stand-in", "stand-in"]);
  });
});

describe.each(pluginNames)("%s", (name) => {
  it("ends when the process that started it is killed", async () => {
    const script = `const { spawn } = require("node:child_process");
      const plugin = spawn(process.argv[1], { stdio: ["ignore", "pipe", "inherit"] });
      plugin.stdout.once("data", () => console.log(plugin.pid));`;
    const parent = spawn(process.execPath, ["-e", script, join(bin, name)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once("data", (line) => resolve(Number(line))),
    );
    expect(isRunning(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isRunning(pid), { timeout: 30_000 }).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    // A zombie that nobody has waited for yet is not running.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe.each([
  ["kubernetes", "4.34.2"],
  ["tls", "5.6.1"],
])("pulumi-resource-%s", (name, version) => {
  let plugin: RunningPlugin;
  let client: ResourceProviderClient;
  beforeAll(async () => {
    plugin = await startPlugin(join(bin, `pulumi-resource-${name}`));
    client = new ResourceProviderClient(plugin.address, grpc.credentials.createInsecure());
  });
  afterAll(async () => {
    client.close();
    await plugin.stop();
  });

  it("gives the version that it stands in for", async () => {
    const info = await call<Empty, PluginInfo>(client, client.getPluginInfo, new Empty());
    expect(info.getVersion()).toBe(version);
  });

  it("refuses functions and components in one plain sentence", async () => {
    const refusal = (what: string) =>
      `This stand-in for the official Pulumi plugin "${name}" does not support ${what}. ` +
      `Install the official plugin for that: pulumi plugin install resource ${name} v${version}`;
    const invoke = new InvokeRequest();
    invoke.setTok(`${name}:index:someFunction`);
    await expect(call(client, client.invoke, invoke)).rejects.toMatchObject({
      details: refusal(`the function ${name}:index:someFunction`),
    });
    const construct = new ConstructRequest();
    construct.setType(`${name}:index:Component`);
    await expect(call(client, client.construct, construct)).rejects.toMatchObject({
      details: refusal(`the component ${name}:index:Component`),
    });
  });
});

describe("pulumi-language-nodejs", () => {
  const program = join(folder, "program");
  const seen = join(folder, "seen.json");
  let plugin: RunningPlugin;
  let client: LanguageRuntimeClient;

  beforeAll(async () => {
    const runner = join(program, "node_modules", "@pulumi", "pulumi", "cmd", "run");
    mkdirSync(runner, { recursive: true });
    writeFileSync(
      join(runner, "index.js"),
      `const { writeFileSync } = require("node:fs");
       const { PULUMI_CONFIG, PULUMI_CONFIG_SECRET_KEYS, PULUMI_NODEJS_TYPESCRIPT, PULUMI_NODEJS_TSCONFIG_PATH } = process.env;
       const environment = { PULUMI_CONFIG, PULUMI_CONFIG_SECRET_KEYS, PULUMI_NODEJS_TYPESCRIPT, PULUMI_NODEJS_TSCONFIG_PATH };
       writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ pid: process.pid, arguments: process.argv.slice(2), nodeArguments: process.execArgv, environment }));
       console.log("hello from the program");
       const what = process.argv.at(-1);
       if (what === "wait") setInterval(() => {}, 1000); else process.exitCode = Number(what);`,
    );
    plugin = await startPlugin(join(bin, "pulumi-language-nodejs"));
    client = new LanguageRuntimeClient(plugin.address, grpc.credentials.createInsecure());
  });
  afterAll(async () => {
    client.close();
    await plugin.stop();
  });

  function request(argument: string, options: Record<string, string | boolean> = {}): RunRequest {
    const info = new ProgramInfo();
    info.setRootDirectory(folder);
    info.setProgramDirectory(program);
    info.setEntryPoint("index.ts");
    info.setOptions(Struct.fromJavaScript(options));
    const run = new RunRequest();
    run.setInfo(info);
    run.setMonitorAddress("127.0.0.1:1");
    run.setProject("heliograph");
    run.setStack("dev");
    run.setOrganization("organization");
    run.setDryrun(true);
    run.setParallel(4);
    run.setArgsList([argument]);
    run.getConfigMap().set("heliograph:cluster", '{"context":"dev"}');
    run.setConfigsecretkeysList(["heliograph:secrets"]);
    return run;
  }
  const run = async (argument: string, options = {}) =>
    outcome(await call(client, client.run, request(argument, options)));
  const outcome = (response: RunResponse) => ({
    error: response.getError(),
    bail: response.getBail(),
  });

  it("starts the program's own runner with what the engine asked for", async () => {
    const options = { tsconfig: "../tsconfig.json", nodeargs: "--no-warnings --stack-size=2000" };
    expect(await run("0", options)).toEqual({ error: "", bail: false });
    expect(JSON.parse(readFileSync(seen, "utf8"))).toEqual({
      pid: expect.any(Number),
      arguments: [
        ["--monitor", "127.0.0.1:1", "--organization", "organization", "--project", "heliograph"],
        [
          "--root-directory",
          folder,
          "--stack",
          "dev",
          "--pwd",
          program,
          "--parallel",
          "4",
          "--dry-run",
        ],
        ["index.ts", "0"],
      ].flat(),
      nodeArguments: ["--no-warnings", "--stack-size=2000"],
      environment: {
        PULUMI_CONFIG: '{"heliograph:config:cluster":"{\\"context\\":\\"dev\\"}"}',
        PULUMI_CONFIG_SECRET_KEYS: '["heliograph:secrets"]',
        PULUMI_NODEJS_TYPESCRIPT: "true",
        PULUMI_NODEJS_TSCONFIG_PATH: "../tsconfig.json",
      },
    });
    expect(plugin.output()).toContain("hello from the program\n");
  });

  it("adds nothing to what the program has told already, and tells of other failures", async () => {
    expect(await run("32")).toEqual({ error: "", bail: true });
    expect(await run("3")).toEqual({
      error: "Program exited with non-zero exit code: 3",
      bail: false,
    });
  });

  it("ends the program when the engine cancels", async () => {
    rmSync(seen, { force: true });
    const running = run("wait");
    await expect.poll(() => readFileSync(seen, "utf8"), { timeout: 30_000 }).toBeTruthy();
    await call(client, client.cancel, new Empty());
    expect(await running).toEqual({ error: "Program was ended by SIGINT", bail: false });
  });

  it("says what is missing where the SDK is not installed", async () => {
    const elsewhere = request("0");
    elsewhere.getInfo()?.setProgramDirectory(tmpdir());
    await expect(call(client, client.run, elsewhere)).rejects.toMatchObject({
      details: `@pulumi/pulumi is not installed for the program in ${tmpdir()}. Run npm ci.`,
    });
  });

  it("takes the program with it when it ends", async () => {
    rmSync(seen, { force: true });
    const running = run("wait").catch(() => undefined);
    await expect.poll(() => readFileSync(seen, "utf8"), { timeout: 30_000 }).toBeTruthy();
    const { pid } = JSON.parse(readFileSync(seen, "utf8")) as { pid: number };
    await plugin.stop();
    await running;
    await expect.poll(() => isRunning(pid), { timeout: 30_000 }).toBe(false);
  });
});
