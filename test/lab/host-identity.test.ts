import { readFile } from "node:fs/promises";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isAlive, parseRecord, parseStat } from "../../lab/host/identity";

let proc: string;
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), "heliograph-proc-"));
  mkdirSync(join(proc, "sys/kernel/random"), { recursive: true });
  writeFileSync(join(proc, "sys/kernel/random/boot_id"), "boot-1\n");
});
afterEach(() => rmSync(proc, { recursive: true }));

function process(pid: number, line: string): void {
  mkdirSync(join(proc, String(pid)), { recursive: true });
  writeFileSync(join(proc, String(pid), "stat"), line);
}

/** A line as the kernel writes it: field 22 is the start time. */
const kernelLine = (pid: number, name: string, state: string, start: string) =>
  [pid, `(${name})`, state, ...Array(18).fill("0"), start, "4096", "100"].join(" ");

describe("identity of a process", () => {
  test("the start time is field 22, whatever the program's name contains", () => {
    expect(parseStat(kernelLine(42, "etcd", "S", "777"))).toEqual({
      pid: 42,
      state: "S",
      startTime: "777",
    });
    expect(parseStat(kernelLine(42, "a (b) c) R 1", "S", "777"))).toEqual({
      pid: 42,
      state: "S",
      startTime: "777",
    });
  });

  test.skipIf(globalThis.process.platform !== "linux")(
    "on Linux, this very process reads as one that is alive",
    async () => {
      const self = parseStat(await readFile(`/proc/${globalThis.process.pid}/stat`, "utf8"));
      expect(self?.pid).toBe(globalThis.process.pid);
      const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
      expect(await isAlive({ pid: self!.pid, startTime: self!.startTime, bootId: boot })).toBe(
        true,
      );
    },
  );

  test("alive: same number, same start time, same boot", async () => {
    process(42, kernelLine(42, "etcd", "S", "777"));
    expect(await isAlive({ pid: 42, startTime: "777", bootId: "boot-1" }, proc)).toBe(true);
  });

  test("a number that was given to another process is not the one we mean", async () => {
    process(42, kernelLine(42, "sshd", "S", "900"));
    expect(await isAlive({ pid: 42, startTime: "777", bootId: "boot-1" }, proc)).toBe(false);
  });

  test("nor is the same number and time after a restart of the machine", async () => {
    process(42, kernelLine(42, "etcd", "S", "777"));
    expect(await isAlive({ pid: 42, startTime: "777", bootId: "boot-0" }, proc)).toBe(false);
  });

  test("a process that has ended but was not waited for is dead; so is one that is not there", async () => {
    process(42, kernelLine(42, "etcd", "Z", "777"));
    expect(await isAlive({ pid: 42, startTime: "777", bootId: "boot-1" }, proc)).toBe(false);
    expect(await isAlive({ pid: 43, startTime: "777", bootId: "boot-1" }, proc)).toBe(false);
  });

  test("a record is what the process wrote of itself; half of one is none", () => {
    const record = `hash\nboot-1\n${kernelLine(42, "sh", "S", "777")}\n`;
    expect(parseRecord(record)).toEqual({
      fingerprint: "hash",
      bootId: "boot-1",
      pid: 42,
      startTime: "777",
    });
    expect(parseRecord("hash\nboot-1\n")).toBeUndefined();
    expect(parseRecord("hash\nboot-1")).toBeUndefined();
    expect(parseRecord("")).toBeUndefined();
  });
});
