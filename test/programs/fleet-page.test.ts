import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fleetPage } from "../../src/cli/commands/verify/page/page";
import type { Report } from "../../src/cli/commands/verify/report";
import { edgeOf, hubOf, largeReport, mixedReport, reportOf } from "../cli/verify/page/reports";
import { browserProgram, NO_BROWSER, openBrowser } from "./support/browser";
import { contrasts } from "./support/contrasts";

const program = browserProgram();
const WIDTHS = [1280, 390] as const;
const SCHEMES = ["light", "dark"] as const;

/** Longer than a name can be in Kubernetes, without a place to break. */
const LONG = "edge-with-a-name-as-long-as-kubernetes-lets-it-be-0123456789-abc";

const tones = {
  light: { failing: "rgb(179, 18, 29)", warning: "rgb(122, 74, 0)", well: "rgb(23, 106, 53)" },
  dark: {
    failing: "rgb(255, 154, 148)",
    warning: "rgb(245, 196, 107)",
    well: "rgb(131, 214, 157)",
  },
};

describe.runIf(program === undefined)("the fleet page in a browser", () => {
  it.skip(NO_BROWSER, () => {});
});

describe.skipIf(program === undefined)("the fleet page in a browser", () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-page-"));
    browser = await openBrowser(program!);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a page asked for beside itself, and what its policy or its script objected to. */
  const unwanted: string[] = [];

  async function opened(
    report: Report,
    { width = 1280, colorScheme = "light" as "light" | "dark", javaScriptEnabled = true } = {},
  ): Promise<Page> {
    const file = join(folder, "page.html");
    writeFileSync(file, fleetPage(report));
    const url = pathToFileURL(file).href;
    const viewport = { width, height: 900 };
    const context = await browser.newContext({ viewport, colorScheme, javaScriptEnabled });
    const page = await context.newPage();
    unwanted.length = 0;
    page.on("request", (request) => {
      if (request.url() !== url && request.url() !== "data:,") unwanted.push(request.url());
    });
    page.on("console", (message) => unwanted.push(message.text()));
    page.on("pageerror", (error) => unwanted.push(error.message));
    await page.goto(url);
    return page;
  }

  const wide = (page: Page) =>
    page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);

  describe.each(WIDTHS)("at %i pixels", (width) => {
    it.each(SCHEMES)("has the right colours and words for each state (%s)", async (colorScheme) => {
      const page = await opened(mixedReport(), { width, colorScheme });
      const badge = (state: string) =>
        page.locator(`#edges tbody[data-state="${state}"] .badge`).first();
      for (const state of ["failing", "warning", "well"] as const) {
        await badge(state).scrollIntoViewIfNeeded();
        const color = await badge(state).evaluate((element) => getComputedStyle(element).color);
        expect([state, color]).toEqual([state, tones[colorScheme][state]]);
      }
      expect(await badge("failing").textContent()).toMatch(/✖\s+failing/);
      expect(await badge("well").textContent()).toMatch(/✔\s+well/);
      const first = page.locator("#edges tbody").first();
      expect(await first.getAttribute("data-state")).toBe("failing");
      expect(await first.getByText("the agent cannot send").isVisible()).toBe(true);
      expect(unwanted).toEqual([]);
      await page.context().close();
    });

    it("is no wider than the window, with the longest names and everything open", async () => {
      const report = mixedReport();
      const long = edgeOf("failing", 1, LONG);
      const inventory = { ...long.inventory!, tenant: LONG, cell: LONG, region: LONG };
      const edges = [{ ...long, inventory }, ...report.edges];
      const page = await opened(
        reportOf([{ ...hubOf(), hub: LONG, tenants: [LONG] }, ...report.hubs], edges),
        { width },
      );
      await openAll(page);
      expect(await wide(page)).toEqual([width, width]);
      await page.context().close();
    });

    it.each(SCHEMES)("has contrast of at least 4.5 to 1 for all text (%s)", async (colorScheme) => {
      const page = await opened(mixedReport(), { width, colorScheme });
      await openAll(page);
      const { texts, faint } = await page.evaluate(contrasts);
      expect(texts).toBeGreaterThan(300);
      expect(faint).toEqual([]);
      await page.context().close();
    });

    it("loads 500 edges with less than 2 s of processor time", async () => {
      const page = await opened(largeReport(500), { width });
      const cdp = await page.context().newCDPSession(page);
      // Of the processor: the clock tells as much about what else the machine does.
      await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
      await page.reload();
      const { metrics } = await cdp.send("Performance.getMetrics");
      const busy = 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Infinity);
      const { load, paint } = await page.evaluate(() => {
        const [entry] = performance.getEntriesByType("navigation");
        const [first] = performance.getEntriesByName("first-contentful-paint");
        const { loadEventEnd } = entry as PerformanceNavigationTiming;
        return { load: loadEventEnd, paint: first?.startTime ?? Infinity };
      });
      const shown = [busy, load, paint].map((milliseconds) => Math.round(milliseconds));
      console.log(`500 edges at ${width}: busy, load, first paint (ms): ${shown.join(", ")}`);
      expect(busy).toBeGreaterThan(0);
      expect(busy).toBeLessThan(2000);
      expect(await page.locator("#edges tbody").count()).toBe(500);
      expect(await wide(page)).toEqual([width, width]);
      expect(unwanted).toEqual([]);
      await page.context().close();
    });
  });

  it("filters by state and by words, and says how many are left", async () => {
    const page = await opened(mixedReport());
    const visible = () => page.locator("#edges tbody:visible .name").allInnerTexts();
    await page.getByRole("button", { name: /not reached/ }).click();
    expect(await visible()).toEqual(["edge-2"]);
    expect(await page.locator("#count").innerText()).toBe("1 of 11 shown");
    await page.getByRole("button", { name: /^all/ }).click();
    await page.getByLabel("Search edges").fill("QUEUE us-east-1 tenant-1");
    expect(await visible()).toEqual(["edge-1"]);
    await page.getByLabel("Search edges").fill("");
    expect(await visible()).toHaveLength(11);
    await page.context().close();
  });

  it("is complete without its script", async () => {
    const page = await opened(mixedReport(), { javaScriptEnabled: false });
    expect(await page.locator("#edges tbody .name").count()).toBe(11);
    expect(await page.locator("#filter").isVisible()).toBe(false);
    await page.context().close();
  });

  it("is a table to those who do not see it, also where it is shown as cards", async () => {
    for (const width of WIDTHS) {
      const page = await opened(mixedReport(), { width });
      const edges = page.getByRole("table", { name: "Edges" });
      expect(await edges.getByRole("columnheader").allTextContents()).toEqual(
        "edge certificate metrics logs traces queues series versions".split(" "),
      );
      expect(await edges.getByRole("rowheader").count()).toBe(11);
      const headings = await page
        .getByRole("heading")
        .evaluateAll((all) => all.map((heading) => `${heading.tagName} ${heading.textContent}`));
      expect(headings.slice(0, 4)).toEqual([
        "H1 Fleet",
        "H2 Hub",
        "H2 Alerts that fire",
        "H2 Edges",
      ]);
      await page.context().close();
    }
  });
});

async function openAll(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    for (const body of document.querySelectorAll("tbody")) body.style.contentVisibility = "visible";
  });
}
