/**
 * Proves: every panel of every dashboard is drawn, with the number of series that it got; pages
 * are no wider than the window, at 1280 and at 390 pixels; nothing in a panel lies outside of it,
 * but where it can be scrolled; text can be read in both schemes; nothing is loaded. Answers are
 * simulated. Does not prove: that the lab has such answers (the scenario `dashboards`).
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dashboardJson } from "../../components/dashboards/kit/json";
import { allDashboards } from "../../components/dashboards/registry";
import { drawnPanels, type GrafanaDashboard } from "../../lab/dashboards/grafana.js";
import { type AskedDashboard, drawDashboards, type Source } from "../../lab/dashboards/index.js";
import { simulated } from "../lab/dashboards/simulated.js";
import { browserProgram, NO_BROWSER, openBrowser } from "./support/browser";
import { contrasts } from "./support/contrasts";

const program = browserProgram();
const DASHBOARDS = allDashboards();
const WHY = "There is no machine with a GPU in the lab.";

/** One dashboard is empty, and one query of another is not understood. */
const source: Source = {
  ...simulated,
  ask: async (question, over) => {
    const none = { labels: [], series: [] };
    if (question.dashboard === "gpu") return none;
    if (question.dashboard === "capacity" && question.panel === "growth")
      return { ...none, error: "422 parse error" };
    return simulated.ask(question, over);
  },
  whyEmpty: ({ dashboard }) => (dashboard === "gpu" ? WHY : undefined),
};

describe.runIf(program === undefined)("dashboards in a browser", () => {
  it.skip(NO_BROWSER, () => {});
});

describe.skipIf(program === undefined)("dashboards in a browser", () => {
  let browser: Browser;
  let folder: string;
  let all: AskedDashboard[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-dashboards-"));
    all = await drawDashboards(DASHBOARDS, { source, folder });
    browser = await openBrowser(program!);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What pages asked for beside themselves, and what their policy objected to. */
  const unwanted: string[] = [];

  async function opened(width: number, colorScheme: "light" | "dark" = "light"): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    unwanted.length = 0;
    page.on("request", (request) => {
      if (!request.url().startsWith(pathToFileURL(folder).href) && request.url() !== "data:,")
        unwanted.push(request.url());
    });
    page.on("console", (message) => unwanted.push(message.text()));
    page.on("pageerror", (error) => unwanted.push(error.message));
    return page;
  }
  const show = (page: Page, name: string) =>
    page.goto(pathToFileURL(join(folder, `${name}.html`)).href);

  it("have a page each, and one that lists them", async () => {
    const names = ["index", ...DASHBOARDS.map(({ name }) => name)];
    expect(readdirSync(folder).sort()).toEqual(names.map((name) => `${name}.html`).sort());
    const page = await opened(1280);
    await show(page, "index");
    for (const { title } of DASHBOARDS)
      expect(await page.getByRole("link", { name: title, exact: true }).count(), title).toBe(1);
    const panels = all.flatMap((asked) => asked.panels).length;
    expect(await page.locator(".top").innerText()).toContain(`${panels} panels`);
    await page.getByRole("link", { name: "Fleet overview", exact: true }).click();
    expect(await page.title()).toBe("Fleet overview");
    await page.context().close();
  });

  it.each([1280, 390])("have all of their panels at %i pixels, and no overflow", async (width) => {
    const page = await opened(width);
    for (const dashboard of DASHBOARDS) {
      await show(page, dashboard.name);
      const json = dashboardJson(dashboard, DASHBOARDS) as GrafanaDashboard;
      const expected = drawnPanels(json).map(({ id, type }) => `${type} ${id}`);
      const { drawn, wide, spilling } = await page.evaluate(measured);
      expect(drawn.sort(), dashboard.name).toEqual(expected.sort());
      expect([dashboard.name, wide]).toEqual([dashboard.name, width]);
      expect([dashboard.name, spilling]).toEqual([dashboard.name, []]);
    }
    expect(unwanted).toEqual([]);
    await page.context().close();
  });

  it("have a line, a bar, a row or a state for each series", async () => {
    const page = await opened(1280);
    const marks: Readonly<Record<string, string>> = {
      timeseries: "path.line",
      bargauge: ".bars li",
      stat: ".value",
      "state-timeline": ".values span",
      nodeGraph: "path.call",
    };
    for (const { dashboard, panels } of all) {
      await show(page, dashboard.name);
      for (const { panel, answers } of panels) {
        const mark = marks[panel.type];
        if (mark === undefined) continue;
        const count = await page.locator(`[data-id="${panel.id}"] ${mark}`).count();
        const series = answers.flatMap((answer) => answer.series).length;
        expect([dashboard.name, panel.title, count]).toEqual([dashboard.name, panel.title, series]);
      }
    }
    await page.context().close();
  });

  it("say why a panel is empty, and what went wrong", async () => {
    const page = await opened(1280);
    await show(page, "gpu");
    const empty = page.locator('.panel[data-state="empty"]');
    expect(await empty.count()).toBe(await page.locator(".panel").count());
    expect(await empty.first().innerText()).toContain(WHY);
    await show(page, "capacity");
    const failed = page.locator('.panel[data-state="failed"]');
    expect(await failed.allInnerTexts()).toEqual([expect.stringContaining("422 parse error")]);
    await page.context().close();
  });

  it("show lines of logs as text, whatever is in them", async () => {
    const page = await opened(1280);
    await show(page, "logs");
    expect(await page.locator(".lines li").first().isVisible()).toBe(true);
    expect(await page.locator(".lines").first().innerText()).toContain("<script>");
    expect(await page.locator("script").count()).toBe(0);
    expect(unwanted).toEqual([]);
    await page.context().close();
  });

  it.each(["light", "dark"] as const)("can be read (%s)", async (scheme) => {
    const page = await opened(1280, scheme);
    for (const name of ["fleet", "applications", "logs", "slos", "gpu", "capacity"]) {
      await show(page, name);
      const { texts, faint } = await page.evaluate(contrasts);
      expect(texts).toBeGreaterThan(20);
      expect([name, faint]).toEqual([name, []]);
    }
    await page.context().close();
  });
});

/** Runs in the page. */
function measured(): { drawn: string[]; wide: number; spilling: string[] } {
  const panels = [...document.querySelectorAll<HTMLElement>(".panel")];
  return {
    drawn: panels.map(({ dataset }) => `${dataset["kind"]} ${dataset["id"]}`),
    wide: document.documentElement.scrollWidth,
    spilling: panels
      .filter(
        ({ scrollHeight, clientHeight, scrollWidth, clientWidth }) =>
          scrollHeight > clientHeight + 1 || scrollWidth > clientWidth + 1,
      )
      .map((panel) => panel.querySelector("h3")?.textContent ?? ""),
  };
}
