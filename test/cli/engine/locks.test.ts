/**
 * Proves: whose lock is whose, from the message as Pulumi 3.246 prints it. Does not prove: locks of
 * other backends.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { endAbandoned, Locked, lockedBy, STARTED_BY } from "../../../src/cli/engine/locks";
import { PulumiFailure } from "../../../src/cli/engine/pulumi";
import { explained } from "../../../src/cli/engine/failures";

const GONE = 4_000_000;

function message(pid: number, host = hostname()): string {
  return (
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
    `  file:///state/.pulumi/locks/organization/heliograph/dev/a.json?no_tmp_dir=true: created by me@${host} (pid ${pid}) at 2026-11-21T07:00:00Z`
  );
}

/** A process named pulumi, which is what the lock of a running update points at. */
let folder: string;
let engines: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "locks-test-"));
  await copyFile("/bin/sleep", join(folder, "pulumi"));
});
afterEach(() => {
  for (const engine of engines) engine.kill("SIGKILL");
  engines = [];
});
afterAll(() => rm(folder, { recursive: true }));

async function engine(env: Record<string, string> = {}): Promise<number> {
  const child = spawn(join(folder, "pulumi"), ["60"], { env: { ...process.env, ...env } });
  engines.push(child);
  await once(child, "spawn");
  return child.pid ?? 0;
}

describe("lockedBy", () => {
  it("takes a lock whose process is gone for abandoned", () => {
    const locked = lockedBy("dev", message(GONE));
    expect(locked.abandoned).toBe(true);
    expect(locked.next).toContain("npm run up -- dev --resume");
  });

  it("does not take this machine's word for another one's processes", () => {
    expect(lockedBy("dev", message(GONE, "elsewhere")).abandoned).toBe(false);
  });

  it("leaves an update alone that somebody runs", async () => {
    const locked = lockedBy("dev", message(await engine()));
    expect(locked.abandoned).toBe(false);
    expect(locked.message).toContain(`me@${hostname()}, process`);
  });

  it("leaves an update alone whose command still runs", async () => {
    expect(
      lockedBy("dev", message(await engine({ [STARTED_BY]: String(process.pid) }))).abandoned,
    ).toBe(false);
  });

  it("takes an update for abandoned whose command was killed, and ends it", async () => {
    const locked = lockedBy("dev", message(await engine({ [STARTED_BY]: String(GONE) })));
    expect(locked.abandoned).toBe(true);
    const ended = once(engines[0] as ChildProcess, "exit");
    await endAbandoned(locked.locks);
    expect((await ended)[1]).toBe("SIGINT");
  });

  it("is not fooled by a process that has got the number since", () => {
    expect(lockedBy("dev", message(process.pid)).abandoned).toBe(true);
  });
});

describe("explained", () => {
  const failure = (stderr: string) =>
    explained(new PulumiFailure(["up"], { stdout: "", stderr, code: 1 }), "dev");

  it("tells locks from everything else", () => {
    expect(failure(message(GONE))).toBeInstanceOf(Locked);
    expect(
      failure("error: [409] Conflict: Another update is currently in progress."),
    ).toBeInstanceOf(Locked);
  });

  it.each([
    [
      "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
      "pulumi login",
    ],
    [
      "error: getting stack configuration: get stack secrets manager: incorrect passphrase",
      "HELIOGRAPH_PASSPHRASES",
    ],
    ["error: no stack named 'dev' found", "npm run up -- dev"],
    ["error: failed to load checkpoint: EOF", "?metadata=skip"],
  ])("says what to do about: %s", (stderr, next) => {
    expect(failure(stderr)).toMatchObject({
      message: `Stack dev: ${stderr.replace("error: ", "")}`,
    });
    expect((failure(stderr) as { next: string }).next).toContain(next);
  });

  it("passes on what is no failure of the CLI", () => {
    const error = new Error("a bug");
    expect(explained(error, "dev")).toBe(error);
  });
});
