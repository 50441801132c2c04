import { table } from "../../src/cli/ui/table";

/** How long each phase took, for the summary at the end. */
export class Stopwatch {
  readonly #phases: { name: string; seconds: number; remark: string }[] = [];

  /** `remark`: what to say of its result beside the time it took. */
  async time<T>(
    name: string,
    work: () => Promise<T>,
    remark: (result: T) => string = () => "",
  ): Promise<T> {
    const start = performance.now();
    const phase = { name, seconds: 0, remark: "" };
    this.#phases.push(phase);
    try {
      const result = await work();
      phase.remark = remark(result);
      return result;
    } finally {
      phase.seconds = (performance.now() - start) / 1000;
    }
  }

  table(): string {
    const total = this.#phases.reduce((sum, { seconds }) => sum + seconds, 0);
    const rows = [...this.#phases, { name: "total", seconds: total, remark: "" }];
    return table(
      ["phase", { title: "seconds", align: "right" }, ""],
      rows.map(({ name, seconds, remark }) => [name, seconds.toFixed(0), remark]),
    );
  }
}
