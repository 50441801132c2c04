/**
 * Proves: how the CLI is started, stopped and listened to, with a script in its place. Does not
 * prove: what the real one does with signals.
 */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { openProject } from "../../../src/cli/project";
import { Pulumi, PulumiFailure } from "../../../src/cli/engine/pulumi";
import { Workspaces } from "../../../src/cli/engine/workspaces";

const SCRIPT = `#!/bin/sh
case "$1" in
  version) echo v3.246.0 ;;
  env) echo "file=$PULUMI_CONFIG_PASSPHRASE_FILE passphrase=\${PULUMI_CONFIG_PASSPHRASE-unset} cwd=\${PULUMI_OPTION_CWD-unset}" ;;
  fails) echo "warning: using pulumi-resource-tls from \\$PATH at /x" >&2; echo "error: no stack named 'dev' found" >&2; exit 1 ;;
  group) [ "$(cut -d' ' -f5 /proc/$$/stat)" = "$$" ] && echo a group of its own ;;
  waits) trap 'echo stopped; exit 7' INT; echo ready; while :; do sleep 0.05; done ;;
esac
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-test-"));
  await writeFile(join(folder, "pulumi"), SCRIPT);
  await chmod(join(folder, "pulumi"), 0o755);
  await writeFile(join(folder, "Pulumi.dev.yaml"), "config: {}\n");
  await writeFile(join(folder, "dev"), "passphrase of dev");
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

async function find(): Promise<Pulumi> {
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  return Pulumi.find();
}

describe("Pulumi", () => {
  it("says how to install it where it is not on the PATH", async () => {
    vi.stubEnv("PATH", join(folder, "nothing-here"));
    await expect(Pulumi.find()).rejects.toMatchObject({
      message: "The Pulumi CLI is not on the PATH.",
    });
  });

  it("fails with the error, without the warnings before it", async () => {
    const pulumi = await find();
    const failure: unknown = await pulumi
      .run(["fails"], folder, {})
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PulumiFailure);
    expect((failure as Error).message).toBe("error: no stack named 'dev' found");
  });

  it("passes on a signal once, to every engine that runs", async () => {
    const pulumi = await find();
    let heard = "";
    const runs = [1, 2].map(() =>
      pulumi.run(["waits"], folder, {}, (text) => (heard += text)).catch((error: unknown) => error),
    );
    await vi.waitUntil(() => heard.split("ready").length === 3, { timeout: 5000 });
    pulumi.signal("SIGINT");
    for (const failure of await Promise.all(runs)) {
      expect((failure as PulumiFailure).output).toMatchObject({
        code: 7,
        stdout: "ready\nstopped\n",
      });
    }
    await expect(pulumi.run(["env"], folder, {})).rejects.toThrow("Interrupted.");
  });

  it("keeps engines out of the terminal's process group, where Ctrl-C would reach them a second time", async () => {
    expect((await (await find()).run(["group"], folder, {})).stdout).toBe("a group of its own\n");
  });
});

describe("Workspaces", () => {
  const environment = async (): Promise<string> => {
    const workspaces = new Workspaces(openProject(folder), await find());
    return (await workspaces.run("dev", ["env"])).stdout.trim();
  };

  it("gives each stack its own passphrase file, over any passphrase in the environment", async () => {
    vi.stubEnv("HELIOGRAPH_PASSPHRASES", folder);
    vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "of another stack");
    expect(await environment()).toBe(`file=${folder}/dev passphrase=unset cwd=unset`);
  });

  it("leaves Pulumi's own variables alone otherwise", async () => {
    vi.stubEnv("HELIOGRAPH_PASSPHRASES", "");
    vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "ambient");
    vi.stubEnv("PULUMI_OPTION_CWD", "/elsewhere");
    expect(await environment()).toBe("file= passphrase=ambient cwd=unset");
  });

  it("names the passphrase file that is missing", async () => {
    vi.stubEnv("HELIOGRAPH_PASSPHRASES", join(folder, "none"));
    await expect(environment()).rejects.toThrow(
      `No passphrase for stack dev: ${folder}/none/dev does not exist.`,
    );
  });
});
