import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Failure } from "../../../src/cli/ui/failure";
import {
  type Check,
  failed,
  type Outcome,
  passed,
  pending,
  runChecks,
  warning,
} from "../../../src/cli/commands/verify/check";
import { memoize, memoizeByKey } from "../../../src/cli/promises";

const check = (name: string, run: () => Promise<Outcome>): Check<null> => ({
  name,
  proves: `${name} is so`,
  next: () => `look at ${name}`,
  run,
});
const run = (...checks: Check<null>[]) => runChecks(checks, null, { deadline: 0 });

describe("running checks", () => {
  it("keeps what each says, and adds the usual advice where it is not well", async () => {
    const results = await run(
      check("a", async () => passed("1 s", "took 1 s")),
      check("b", async () => warning("5 days", "5 days left")),
      check("c", async () => failed("is broken")),
      check("d", async () => failed("is broken", "mend it")),
    );
    expect(results).toEqual([
      {
        name: "a",
        proves: "a is so",
        ok: true,
        status: "passed",
        brief: "1 s",
        detail: "took 1 s",
      },
      {
        name: "b",
        proves: "b is so",
        ok: true,
        status: "warning",
        brief: "5 days",
        detail: "5 days left",
        next: "look at b",
      },
      {
        name: "c",
        proves: "c is so",
        ok: false,
        status: "failed",
        brief: "failed",
        detail: "is broken",
        next: "look at c",
      },
      {
        name: "d",
        proves: "d is so",
        ok: false,
        status: "failed",
        brief: "failed",
        detail: "is broken",
        next: "mend it",
      },
    ]);
  });

  it("puts what several checks lack down to the first of them, and shows the others as not run", async () => {
    const agent = memoize(async () => {
      throw new Failure("no pod of the agent is ready", "kubectl describe pods");
    });
    const results = await run(
      check("labels", async () => passed("", "")),
      check("queue", agent),
      check("configuration", agent),
    );
    expect(
      results.map(({ name, ok, status, detail, next }) => ({ name, ok, status, detail, next })),
    ).toEqual([
      { name: "labels", ok: true, status: "passed", detail: "", next: undefined },
      {
        name: "queue",
        ok: false,
        status: "failed",
        detail: "no pod of the agent is ready",
        next: "kubectl describe pods",
      },
      {
        name: "configuration",
        ok: false,
        status: "not run",
        detail: "not run, see queue: no pod of the agent is ready",
        next: "kubectl describe pods",
      },
    ]);
  });

  it("does not take any two errors of the same words for the same cause", async () => {
    const refuse = (error: new (message: string) => Error) => async () => {
      throw new error("cluster dev cannot be reached");
    };
    const results = await run(
      check("a", refuse(Error)),
      check("b", refuse(Error)),
      check("c", refuse(Failure)),
      check("d", refuse(Failure)),
    );
    expect(results.map(({ status }) => status)).toEqual(["failed", "failed", "failed", "not run"]);
  });
});

describe("waiting for what is under way", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("asks again until it is so, and says what it waits for", async () => {
    const outcomes = [
      pending("runs the old one"),
      pending("runs the old one"),
      passed("new", "runs the new one"),
    ];
    const waits: string[] = [];
    const results = runChecks(
      [check("configuration", async () => outcomes.shift() as Outcome)],
      null,
      {
        deadline: Date.now() + 60_000,
        onWait: (name, detail) => waits.push(`${name}: ${detail}`),
      },
    );
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await results)[0]).toMatchObject({ status: "passed", detail: "runs the new one" });
    expect(waits).toEqual(["configuration: runs the old one", "configuration: runs the old one"]);
  });

  it("gives up at the end of the time, and says how long it has waited", async () => {
    const stuck = check("configuration", async () => pending("runs the old one", "kubectl logs"));
    const results = runChecks([stuck], null, { deadline: Date.now() + 20_000 });
    await vi.advanceTimersByTimeAsync(20_000);
    expect((await results)[0]).toMatchObject({
      ok: false,
      status: "failed",
      detail: "runs the old one (still so after 20 s)",
      next: "kubectl logs",
    });
  });

  it("stops waiting when it is told to", async () => {
    const interruption = new AbortController();
    const stuck = check("configuration", async () => pending("runs the old one"));
    const results = runChecks([stuck], null, {
      deadline: Date.now() + 3_600_000,
      signal: interruption.signal,
    });
    interruption.abort();
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await results)[0]).toMatchObject({ ok: false, status: "failed" });
  });

  it("does not wait when there is no time", async () => {
    const results = await runChecks([check("a", async () => pending("starts"))], null, {
      deadline: Date.now(),
    });
    expect(results[0]).toMatchObject({ status: "failed", detail: "starts" });
  });
});

describe("what is fetched once", () => {
  it("is fetched once, for each key", async () => {
    const fetched: string[] = [];
    const get = memoizeByKey(async (key) => fetched.push(key));
    await Promise.all([get("a"), get("b"), get("a")]);
    expect(fetched).toEqual(["a", "b"]);
  });
});
