import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type BuildEvent, startBuilds } from "../../lab/toolchain/builds";
import { takeLock } from "../../lab/toolchain/lock";
import { folderOf, type Recipe } from "../../lab/toolchain/programs";

/** Stands in for `go`: answers what builds ask, and "compiles" as the environment says. */
const fakeGo = `#!/bin/sh
echo "$*" >>"$FAKE/calls"
case "$1 $2" in
  "env GOVERSION") echo "go\${FAKE_VERSION:-1.26.8}" ;;
  "env GOCACHE") printf '%s\\n' "$FAKE/go-build" "$FAKE/mod" ;;
  "mod download") printf '{ "Dir": "%s", "GoMod": "%s/go.mod" }' "$FAKE/module" "$FAKE/module" ;;
  "list -deps") printf 'stale dependency\\n\\nnot installed but available in build cache\\n' ;;
  build*)
    for word in "$@"; do case "$word" in -o=*) out="\${word#-o=}" ;; esac; done
    echo "example.com/tiny/part" >&2
    echo half >"$out/tiny"
    \${FAKE_COMPILER:-true}
    echo whole >"$out/tiny" ;;
esac`;

const tiny: Recipe = {
  version: "1.0.0",
  module: "example.com/tiny@v1.0.0",
  packages: ["."],
  ldflags: "-s -w",
  go: "1.25.0",
  seconds: 60,
  gigabytes: 0.001,
};

describe.skipIf(process.platform !== "linux")(
  "builds (on Linux only: they use flock and setpriv)",
  () => {
    let folder: string;
    let events: BuildEvent[];
    const onEvent = (event: BuildEvent) => void events.push(event);
    const kinds = () => [...new Set(events.map(({ kind }) => kind))];
    const start = (recipe = tiny, signal?: AbortSignal) =>
      startBuilds(["tiny"], { recipes: { tiny: recipe }, onEvent, signal });
    const calls = (verb: string) =>
      readFileSync(join(folder, "calls"), "utf8")
        .split("\n")
        .filter((line) => line.startsWith(verb)).length;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "heliograph-builds-"));
      events = [];
      mkdirSync(join(folder, "bin"));
      mkdirSync(join(folder, "module"));
      writeFileSync(join(folder, "bin/go"), fakeGo);
      chmodSync(join(folder, "bin/go"), 0o755);
      vi.stubEnv("PATH", `${join(folder, "bin")}:${process.env.PATH}`);
      vi.stubEnv("HELIOGRAPH_CACHE", join(folder, "cache"));
      vi.stubEnv("FAKE", folder);
    });

    afterEach(() => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    });

    test("a program is built once, then found", async () => {
      const built = await start().ready("tiny");
      expect(built).toBe(join(folder, "cache/programs/tiny/1.0.0"));
      expect(readFileSync(join(built, "tiny"), "utf8")).toBe("whole\n");
      expect(kinds()).toEqual(["building", "built"]);

      events = [];
      await start().done;
      expect(events).toEqual([
        { kind: "present", program: "tiny", version: "1.0.0", source: "built before" },
      ]);
      expect(calls("build")).toBe(1);
    });

    test("a file is added to a copy of the module, which is built instead", async () => {
      mkdirSync(join(folder, "module/part"));
      writeFileSync(join(folder, "module/part/tiny.go"), "package part\n");
      vi.stubEnv("FAKE_COMPILER", `cp -R . ${join(folder, "seen")}`);
      const add = { "part/order.go": "package part // added\n", "part/pages/index.html": "" };
      await start({ ...tiny, add }).done;
      expect(readdirSync(join(folder, "seen/part")).sort()).toEqual([
        "order.go",
        "pages",
        "tiny.go",
      ]);
      expect(readdirSync(join(folder, "seen/part/pages"))).toEqual(["index.html"]);
      expect(readdirSync(join(folder, "module/part"))).toEqual(["tiny.go"]);
    });

    test("progress counts the packages that no cache has", async () => {
      vi.stubEnv("FAKE_COMPILER", "sleep 1.2");
      await start().done;
      const last = events.filter((event) => event.kind === "building").at(-1)!;
      expect(last.state).toMatchObject({ work: { stale: 1, all: 3 }, compiled: 1 });
    });

    test("another recipe of the same version replaces the program", async () => {
      await start().done;
      await start({ ...tiny, ldflags: "-s" }).done;
      expect(calls("build")).toBe(2);
      events = [];
      await start({ ...tiny, ldflags: "-s", seconds: 90 }).done;
      expect(kinds()).toEqual(["present"]);
    });

    test("two runs at once build it once", async () => {
      vi.stubEnv("FAKE_COMPILER", "sleep 0.3");
      await Promise.all([start().done, start().done]);
      expect(calls("build")).toBe(1);
      expect(kinds()).toContain("waiting");
    });

    test("a failure names the program, the end of the log, the log and what to do", async () => {
      writeFileSync(
        join(folder, "broken"),
        "#!/bin/sh\nseq 1 40 >&2\necho 'write: no space left on device' >&2\nkill $PPID\n",
      );
      vi.stubEnv("FAKE_COMPILER", `sh ${join(folder, "broken")}`);
      const builds = start();
      const error = await builds.ready("tiny").then(String, String);
      const log = join(folder, "cache/programs/tiny/build.log");
      expect(error).toContain("tiny 1.0.0 could not be built: `go build -v");
      expect(error.split("\n").slice(1, 16)).toHaveLength(15);
      expect(error).not.toContain("  26\n");
      expect(error).toContain("  27\n");
      expect(error).toContain(`Whole log: ${log}`);
      expect(error).toContain("The disk is full: free some space and run the same command again.");
      await expect(builds.done).rejects.toThrow("could not be built");
      expect(readFileSync(log, "utf8")).toContain("\n1\n2\n3\n");
      expect(existsSync(folderOf("tiny", tiny))).toBe(false);
    });

    test("after a failure the rest is not tried", async () => {
      vi.stubEnv("FAKE_COMPILER", "false");
      const recipes = { tiny: { ...tiny, packages: ["cmd/missing"] }, other: tiny };
      const builds = startBuilds(["tiny", "other"], { recipes });
      await expect(builds.ready("other")).rejects.toThrow("the build of tiny made no missing");
      expect(calls("build")).toBe(1);
    });

    test("an abort ends the compiler with its children and leaves nothing half", async () => {
      writeFileSync(join(folder, "slow"), `#!/bin/sh\necho $$ >${folder}/pid\nsleep 60\n`);
      vi.stubEnv("FAKE_COMPILER", `sh ${join(folder, "slow")}`);
      const abort = new AbortController();
      const builds = start(tiny, abort.signal);
      await vi.waitUntil(() => existsSync(join(folder, "pid")));
      abort.abort(new Error("interrupted"));
      await expect(builds.ready("tiny")).rejects.toThrow("interrupted");
      await vi.waitUntil(() => !isAlive(Number(readFileSync(join(folder, "pid"), "utf8"))));
      expect(readdirSync(join(folder, "cache/programs/tiny")).sort()).toEqual([
        ".lock",
        "build.log",
      ]);
    });

    test("what a killed run left is not taken for a program", async () => {
      const left = join(folder, "cache/programs/tiny");
      for (const name of ["1.0.0", ".partial/programs"]) {
        mkdirSync(join(left, name), { recursive: true });
        writeFileSync(join(left, name, "tiny"), "half");
      }
      const built = await start().ready("tiny");
      expect(readFileSync(join(built, "tiny"), "utf8")).toBe("whole\n");
      expect(existsSync(join(left, ".partial"))).toBe(false);
    });

    test("a Go that is too old is refused before anything is built", async () => {
      vi.stubEnv("FAKE_VERSION", "1.24.9");
      await expect(start().done).rejects.toThrow(
        "Go 1.24.9 on the PATH is too old:\n  tiny 1.0.0 needs Go 1.25.0\n" +
          "Install Go 1.25.0 or newer (https://go.dev/dl) and run the same command again.",
      );
      expect(calls("build")).toBe(0);
    });

    test("a missing Go is refused in plain words", async () => {
      vi.stubEnv("PATH", join(folder, "nothing"));
      await expect(start().done).rejects.toThrow("Go is not installed: it builds tiny.");
    });

    test("a disk that is too small is refused with figures", async () => {
      await expect(start({ ...tiny, gigabytes: 1_000_000 }).done).rejects.toThrow(
        /^Building tiny needs 1000000 GB of disk at \S+, and [\d.]+ GB are free\./,
      );
    });

    test("the lock of a killed process is free again", async () => {
      const file = join(folder, "lock");
      const script = `const { takeLock } = require(${JSON.stringify(join(__dirname, "../../lab/toolchain/lock.ts"))});
      takeLock(${JSON.stringify(file)}, {}).then(() => console.log("held"));
      setInterval(() => {}, 1000);`;
      const holder: ChildProcess = spawn(process.execPath, ["--import", "tsx", "-e", script]);
      await once(holder.stdout!, "data");
      const waits = vi.fn();
      const taken = takeLock(file, { onWait: waits });
      await vi.waitUntil(() => waits.mock.calls.length === 1);
      holder.kill("SIGKILL");
      await (await taken).release();
    });
  },
);

function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]![0] !== "Z";
  } catch {
    return false;
  }
}
