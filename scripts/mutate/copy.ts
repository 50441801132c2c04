/** A copy of the repository that tests run in: whatever ends them, the tree itself stays clean. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { mutated, type Mutant, withProbes } from "./mutants";

/** What the unit tests load first, in every file. */
const SETUP = "test/support/stack-traces.ts";
const REACHED = "reached.txt";

export interface Tests {
  readonly failed: boolean;
  readonly late: boolean;
  readonly seconds: number;
  readonly output: string;
}

/** Notes each mutant once for each file of tests, however often it is reached. */
const PROBE = `
import { appendFileSync as append } from "node:fs";
import { relative as below } from "node:path";
import { expect as current } from "vitest";
const noted = new Set();
globalThis.reached = (index) => {
  const file = current.getState().testPath;
  const line = index + " " + (file && below(process.cwd(), file)) + "\\n";
  if (!file || noted.has(line)) return;
  noted.add(line);
  append("${REACHED}", line);
};`;

export class Copy {
  private readonly folder = mkdtempSync(join(tmpdir(), "heliograph-mutate-"));
  private running: ChildProcess | undefined;

  constructor(private readonly root: string) {
    const files = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], {
      cwd: root,
    });
    for (const file of files.toString().split("\0").filter(Boolean)) {
      // Deleted, and not committed yet.
      if (!existsSync(join(root, file))) continue;
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      cpSync(join(root, file), join(this.folder, file));
    }
    this.linkModules();
  }

  /** Packages are those of the repository, but for its own, which are those of the copy. */
  private linkModules(): void {
    const modules = join(this.folder, "node_modules");
    mkdirSync(join(modules, "@heliograph"), { recursive: true });
    for (const name of readdirSync(join(this.root, "node_modules")))
      if (name !== "@heliograph" && name !== ".vite" && name !== ".vitest")
        symlinkSync(join(this.root, "node_modules", name), join(modules, name));
    symlinkSync(join(this.folder, "components"), join(modules, "@heliograph/heliograph"));
    symlinkSync(join(this.folder, "lab"), join(modules, "@heliograph/lab"));
  }

  /** Runs tests without mutants, and finds out which files of tests reach which of them. */
  async testAll(mutants: readonly Mutant[], tests: readonly string[], seconds: number) {
    const setup = readFileSync(join(this.folder, SETUP), "utf8");
    const texts = new Map([...new Set(mutants.map(({ file }) => file))].map((file) => [file, ""]));
    for (const file of texts.keys()) {
      const path = join(this.folder, file);
      const text = readFileSync(path, "utf8");
      const own = new Map([...mutants.entries()].filter(([, mutant]) => mutant.file === file));
      texts.set(file, text);
      writeFileSync(path, withProbes(text, own));
    }
    rmSync(join(this.folder, REACHED), { force: true });
    writeFileSync(join(this.folder, SETUP), `${PROBE}\n${setup}`);
    const result = await this.test(tests, seconds);
    for (const [file, text] of [...texts, [SETUP, setup] as const])
      if (existsSync(this.folder)) writeFileSync(join(this.folder, file), text);
    const lines = existsSync(join(this.folder, REACHED))
      ? readFileSync(join(this.folder, REACHED), "utf8").trim().split("\n")
      : [];
    const reached = mutants.map((_, index) =>
      lines.filter((line) => line.startsWith(`${index} `)).map((line) => line.split(" ")[1]!),
    );
    return { ...result, reached };
  }

  /** Runs tests with one mutant in place. */
  async testMutant(mutant: Mutant, tests: readonly string[], seconds: number): Promise<Tests> {
    const path = join(this.folder, mutant.file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, mutated(text, mutant));
    try {
      return await this.test(tests, seconds);
    } finally {
      // Nothing is left to restore once the copy is gone.
      if (existsSync(path)) writeFileSync(path, text);
    }
  }

  test(tests: readonly string[], seconds: number): Promise<Tests> {
    const started = Date.now();
    const vitest = join("node_modules", "vitest", "vitest.mjs");
    const options = ["--project", "unit", "--maxWorkers", "1", "--bail", "1", "--reporter", "dot"];
    // A single test that is slow on a busy machine has not noticed anything: only `seconds` count.
    for (const limit of ["testTimeout", "hookTimeout"]) options.push(`--${limit}`, `${seconds}000`);
    // In a group of its own, so that workers end with it.
    const child = spawn(process.execPath, [vitest, "run", ...options, ...tests], {
      cwd: this.folder,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    this.running = child;
    let output = "";
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.stop();
    }, seconds * 1000);
    const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    return new Promise((resolve) =>
      child.once("close", (code) => {
        clearTimeout(timer);
        this.running = undefined;
        resolve({ failed: code !== 0, late, seconds: (Date.now() - started) / 1000, output });
      }),
    );
  }

  private stop(): void {
    const { pid } = this.running ?? {};
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      // It has just ended.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  remove(): void {
    this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
