import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quoted } from "../../lab/commands/env";
import { withoutPending } from "../../lab/project/recovery";
import { storedSecrets } from "../../lab/project/stacks";
import { wrapperScript } from "../../lab/project/wrapper";

describe("the lab's pulumi", () => {
  let folder: string;
  let wrapper: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-wrapper-"));
    const real = join(folder, "real");
    const selected = '[ "$*" != "stack --show-name" ] || { echo stg; exit; }';
    executable(
      real,
      `#!/bin/sh\n${selected}\necho "$(basename "$PULUMI_CONFIG_PASSPHRASE_FILE") $*"\n`,
    );
    const passphrases = join(folder, "pass phrases");
    mkdirSync(passphrases);
    for (const name of ["ops", "dev", "stg"]) writeFileSync(join(passphrases, name), "secret");
    wrapper = join(folder, "pulumi");
    executable(wrapper, wrapperScript(real, passphrases));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function executable(path: string, text: string): void {
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }

  const pulumi = (args: string[], env: Record<string, string> = {}) =>
    execFileSync(wrapper, args, {
      env: { PATH: process.env.PATH, ...env },
      encoding: "utf8",
    }).trim();

  test.each([
    [["preview", "-s", "dev"], "dev preview -s dev"],
    [["up", "--stack", "dev", "--yes"], "dev up --stack dev --yes"],
    [["up", "--stack=ops"], "ops up --stack=ops"],
    [["up", "-s", "organization/heliograph/ops"], "ops up -s organization/heliograph/ops"],
    [["preview"], "stg preview"],
  ])("%j gets the passphrase of the stack it is about", (args, expected) => {
    expect(pulumi(args)).toBe(expected);
  });

  test("a passphrase that is given already stays", () => {
    expect(pulumi(["up", "-s", "dev"], { PULUMI_CONFIG_PASSPHRASE_FILE: "/elsewhere/mine" })).toBe(
      "mine up -s dev",
    );
  });

  test("a stack that the lab does not know gets none", () => {
    expect(pulumi(["up", "-s", "other"])).toBe("up -s other");
  });
});

describe("a stack file", () => {
  test("has the store's keys or not", () => {
    expect(storedSecrets("config:\n  heliograph:hub: {}\n")).toEqual([]);
    const secrets =
      "config:\n  heliograph:secrets:\n    objectStores:\n      lab:\n        accessKeyId:\n          secure: v1:x\n";
    expect(storedSecrets(secrets)).toEqual(["accessKeyId"]);
  });
});

describe("a state after a killed update", () => {
  const state = (pending: unknown[] | undefined) =>
    JSON.stringify({
      version: 3,
      deployment: {
        manifest: { time: "t" },
        resources: [{ urn: "u" }],
        pending_operations: pending,
      },
    });

  test("loses its pending operations, and nothing else", () => {
    expect(JSON.parse(withoutPending(state([{ type: "creating" }]))!)).toEqual(
      JSON.parse(state([])),
    );
  });

  test("is left alone where nothing is pending", () => {
    expect(withoutPending(state([]))).toBeUndefined();
    expect(withoutPending(state(undefined))).toBeUndefined();
  });
});

test("exports survive any shell", () => {
  const value = `it's "$HOME" \`x\``;
  expect(execFileSync("/bin/sh", ["-c", `printf %s ${quoted(value)}`], { encoding: "utf8" })).toBe(
    value,
  );
});
