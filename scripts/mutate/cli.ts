/**
 * `npm run mutate`: which changes of the source no test notices.
 *
 * Not Stryker: 10.1.1 needs Node 22, and `npm ci` has to work on the oldest Node that we support.
 * It would add 177 packages (61 MB).
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { Copy } from "./copy";
import { FOLDERS } from "./folders";
import { type Mutant, mutantsOf, shown } from "./mutants";
import { type Outcome, outcomeOf } from "./outcome";

const root = resolve(__dirname, "../..");
const SURVIVORS = "mutants.log";
/** How much longer than without a mutant tests may take. */
const PATIENCE = 4;
const LONGEST_BASELINE = 1200;

interface Options {
  readonly sample: number;
  readonly seed: number;
  readonly minutes: number;
  readonly workers: number;
  readonly list?: true;
}

interface Score {
  readonly folder: string;
  readonly of: number;
  noticed: number;
  undecided: number;
  readonly survivors: Mutant[];
}

const copies: Copy[] = [];
const removeCopies = () => copies.splice(0).forEach((copy) => copy.remove());

const command = new Command("npm run mutate --")
  .description(
    [
      "Changes the source in one place at a time, runs the tests that are nearest to it, and lists",
      "the changes that no test notices. It takes a random sample of all places, works in copies",
      "below the folder for temporary files, and leaves nothing behind, also after Ctrl-C.",
    ].join(" "),
  )
  .argument("[folder...]", `folders or files in ${Object.keys(FOLDERS).join(", ")} (default: all)`)
  .option("--sample <n>", "mutants for each folder", atLeast(1), 20)
  .option("--seed <n>", "another number takes another sample", atLeast(0), 1)
  .option(
    "--minutes <n>",
    "start no mutant after these minutes, shared by the folders",
    atLeast(1),
    30,
  )
  .option("--workers <n>", "mutants that are tested side by side", atLeast(1), 1)
  .option("--list", "print the sample and test nothing")
  .addHelpText(
    "after",
    [
      "",
      "Examples:",
      "  npm run mutate -- --sample 30",
      "  npm run mutate -- components/edge --sample 50 --seed 7 --workers 2",
      "  npm run mutate -- components/hub/resolve.ts --sample 1000 --minutes 60",
      "",
      `It writes the survivors to ${SURVIVORS}, which is not committed. The exit code is 0 unless it`,
      "could not run: a survivor may be a text for people, or a change that changes nothing.",
      "A baseline of a folder takes about a minute, and a mutant 10 to 60 seconds. A mutant whose",
      "tests do not end counts as noticed only if they end well in time without it, right after.",
      "Otherwise it is undecided, and not part of the score: the machine may just be busy.",
    ].join("\n"),
  )
  .showHelpAfterError("(more with --help)")
  .action(mutate);

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  process.once(signal, () => {
    removeCopies();
    process.exit(code);
  });
process.on("exit", removeCopies);

void command.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function mutate(given: readonly string[], options: Options): Promise<void> {
  const started = Date.now();
  const minutesLeft = () => options.minutes - (Date.now() - started) / 60_000;
  const targets = given.length > 0 ? given : Object.keys(FOLDERS);
  const samples = targets.map((target) => sampleOf(target, options));
  if (options.list) {
    for (const { mutants } of samples) for (const each of mutants) console.log(shown(each));
    return;
  }
  copies.push(...Array.from({ length: options.workers }, () => new Copy(root)));
  const scores: Score[] = [];
  for (const [index, sample] of samples.entries()) {
    if (minutesLeft() <= 0) break;
    // What a folder does not need is left for those after it.
    const least = (minutesLeft() * (samples.length - index - 1)) / (samples.length - index);
    scores.push(await scoreOf(sample, () => minutesLeft() - least));
  }
  removeCopies();
  report(scores, options, samples);
}

interface Sample {
  readonly target: string;
  readonly tests: readonly string[];
  readonly mutants: readonly Mutant[];
  readonly all: number;
}

function sampleOf(given: string, { sample, seed }: Options): Sample {
  const target = relative(root, resolve(given));
  const folder = Object.keys(FOLDERS).find(
    (each) => target === each || target.startsWith(`${each}/`),
  );
  const tests = folder && FOLDERS[folder];
  if (!tests)
    throw new Error(
      `${given} is in none of: ${Object.keys(FOLDERS).join(", ")} (more with --help)`,
    );
  const files = target.endsWith(".ts") ? [target] : filesBelow(target);
  const all = files.flatMap((file) => mutantsOf(file, readFileSync(join(root, file), "utf8")));
  return { target, tests, mutants: shuffled(all, seed).slice(0, sample), all: all.length };
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name))
    .sort();
}

/** Tests each mutant of a sample. */
async function scoreOf(sample: Sample, minutesLeft: () => number): Promise<Score> {
  const { target, tests, mutants, all } = sample;
  const baseline = await copies[0]!.testAll(mutants, tests, LONGEST_BASELINE);
  if (baseline.late)
    throw new Error(`the tests of ${target} took more than ${LONGEST_BASELINE}s without a mutant`);
  if (baseline.failed)
    throw new Error(`the tests of ${target} fail without a mutant:\n${baseline.output}`);
  const seconds = Math.max(30, Math.ceil(PATIENCE * baseline.seconds));
  console.log(
    `${target}: ${mutants.length} of ${all} mutants; its tests take ${Math.round(baseline.seconds)}s`,
  );
  const score: Score = { folder: target, of: all, noticed: 0, undecided: 0, survivors: [] };
  const left = [...mutants.entries()];
  let done = 0;
  const work = async (copy: Copy) => {
    for (let next = left.shift(); next; next = left.shift()) {
      if (minutesLeft() <= 0) return;
      const [index, mutant] = next;
      const nearest = mutant.onLoad ? tests : (baseline.reached[index] ?? []);
      const outcome = await outcomeWith(copy, mutant, nearest, seconds);
      done += 1;
      if (outcome === "SURVIVED") score.survivors.push(mutant);
      else if (outcome === "undecided") score.undecided += 1;
      else score.noticed += 1;
      const why = nearest.length > 0 ? "" : " (no test reaches it)";
      console.log(`  ${done}/${mutants.length} ${outcome.padEnd(9)} ${shown(mutant)}${why}`);
    }
  };
  await Promise.all(copies.map(work));
  return score;
}

async function outcomeWith(
  copy: Copy,
  mutant: Mutant,
  tests: readonly string[],
  seconds: number,
): Promise<Outcome> {
  if (tests.length === 0) return "SURVIVED";
  const withMutant = await copy.testMutant(mutant, tests, seconds);
  return outcomeOf(withMutant, seconds, () => copy.test(tests, seconds));
}

function report(scores: readonly Score[], { seed }: Options, samples: readonly Sample[]): void {
  const rows = scores.map((score) => {
    const { noticed, undecided } = score;
    const tested = noticed + score.survivors.length;
    const percent = tested === 0 ? "-" : `${Math.round((100 * noticed) / tested)} %`;
    return [score.folder, `${tested} of ${score.of}`, String(noticed), String(undecided), percent];
  });
  const table = [["folder", "mutants", "noticed", "undecided", "score"], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  console.log("");
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    );
  const survivors = scores.flatMap((score) => score.survivors);
  writeFileSync(join(root, SURVIVORS), survivors.map((each) => `${shown(each)}\n`).join(""));
  console.log(`\n${survivors.length} survivors (seed ${seed}) are listed in ${SURVIVORS}`);
  const missing = samples.slice(scores.length).map(({ target }) => target);
  if (missing.length > 0) console.log(`No time was left for ${missing.join(", ")}: see --minutes`);
}

/** In an order that a seed decides: https://en.wikipedia.org/wiki/Fisher-Yates_shuffle */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  const random = randomOf(seed);
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [result[index], result[other]] = [result[other]!, result[index]!];
  }
  return result;
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32, in the public domain. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < least)
      throw new InvalidArgumentError(`It has to be a whole number from ${least}.`);
    return number;
  };
}
