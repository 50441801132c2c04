import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Dashboard } from "@heliograph/heliograph/model";
import { askedDashboard, type AskedDashboard } from "./ask.js";
import { dashboardPage, fileOf, indexPage } from "./page.js";
import type { Source } from "./source.js";

export { countsOf } from "./page.js";
export type { AskedDashboard } from "./ask.js";
export type { Source } from "./source.js";

export interface DrawOptions {
  readonly source: Source;
  /** Of variables. Defaults to all values of each. */
  readonly values?: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Called before a dashboard is asked for. */
  readonly onDashboard?: (dashboard: Dashboard) => void;
}

/** Writes a page for each dashboard and one that lists them, and returns what is on them. */
export async function drawDashboards(
  dashboards: readonly Dashboard[],
  { source, values = {}, folder, onDashboard }: DrawOptions,
): Promise<AskedDashboard[]> {
  const now = Math.floor(Date.now() / 1000);
  const all: AskedDashboard[] = [];
  for (const dashboard of dashboards) {
    onDashboard?.(dashboard);
    all.push(await askedDashboard(dashboard, source, values, now));
  }
  await mkdir(folder, { recursive: true });
  for (const asked of all)
    await writeFile(join(folder, fileOf(asked.dashboard.name)), dashboardPage(asked, all));
  await writeFile(join(folder, "index.html"), indexPage(all));
  return all;
}
