import { tableText } from "../table.js";

/** How long each phase took, for the summary at the end. */
export class Stopwatch {
  readonly #phases: { name: string; seconds: number }[] = [];

  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.#phases.push({ name, seconds: (performance.now() - start) / 1000 });
    }
  }

  table(): string {
    const total = this.#phases.reduce((sum, { seconds }) => sum + seconds, 0);
    const rows = [...this.#phases, { name: "total", seconds: total }];
    return tableText(
      ["phase", "seconds"],
      rows.map(({ name, seconds }) => [name, seconds.toFixed(0).padStart(7)]),
    );
  }
}
