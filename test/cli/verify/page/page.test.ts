import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { verifyCommand } from "../../../../src/cli/commands/verify/command";
import { Html, html } from "../../../../src/cli/commands/verify/page/html";
import { fleetPage } from "../../../../src/cli/commands/verify/page/page";
import { stateOf } from "../../../../src/cli/commands/verify/page/state";
import type { EdgeReport, Report } from "../../../../src/cli/commands/verify/report";
import { readReport } from "../../../../src/cli/commands/verify/saved";
import { edgeOf, hubOf, KINDS, mixedReport, reportOf } from "./reports";

describe("a template of HTML", () => {
  it("escapes whatever is put into it, and only that", () => {
    const name = `<img src=x onerror="alert('1')">&`;
    expect(html`<b title="${name}">${[name, 1, undefined, html`<i>${name}</i>`]}</b>`.text).toBe(
      `<b title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;">` +
        `&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;1` +
        `<i>&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;</i></b>`,
    );
  });

  it("shows control characters as what cannot be shown", () => {
    expect(html`${"a\u0000b\u001b[31mc\nd"}`.text).toBe("a\ufffdb\ufffd[31mc\nd");
    expect(new Html("<b>").text).toBe("<b>");
  });
});

/** The edges of a page in their order, with their states. */
function edgesIn(page: string): (readonly [name: string, state: string])[] {
  const section = page.slice(page.indexOf(`id="edges"`), page.indexOf(`id="tenants"`));
  return [...section.matchAll(/<tbody\s+data-state="([^"]+)"[^]*?<bdi class="name">([^<]+)</g)].map(
    ([, state = "", name = ""]) => [name, state],
  );
}

describe("the fleet page", () => {
  const page = fleetPage(mixedReport());

  it("has every edge with its state, what is broken first", () => {
    expect(edgesIn(page)).toEqual([
      ["edge-1", "failing"],
      ["edge-7", "not listed"],
      ["edge-2", "not reached"],
      ["edge-4", "waiting"],
      ["edge-3", "not asked"],
      ["edge-6", "warning"],
      ["edge-0", "well"],
      ["edge-20", "well"],
      ["edge-21", "well"],
      ["edge-22", "well"],
      ["edge-5", "revoked"],
    ]);
  });

  it("says in words how many are well, and when it was asked", () => {
    expect(page).toContain("5 of 11 edges not well");
    expect(page).toContain("30 November 2026, 07:36 UTC");
    expect(page).toMatch(/answered within\s+8\.4 s, by version 0\.1\.0/);
    const well = fleetPage(reportOf([], [edgeOf("well", 0)]));
    expect(well).toContain("all is well: 1 edge");
  });

  it("shows each failure open, with its sentence and its next step", () => {
    const failing = page.slice(page.indexOf("edge-1<"), page.indexOf("edge-7<"));
    expect(failing).toMatch(/<details open>\s*<summary>3 of 15 checks failed<\/summary>/);
    expect(failing).toContain("the agent cannot send: 312 s behind, 81,204 samples pending");
    const shown = failing.replace(/<[^>]+>/g, "").replace(/\s+/g, " ");
    expect(shown).toContain(
      "Next: kubectl --context prd-12 --namespace heliograph logs --tail 20 " +
        "--selector app.kubernetes.io/name=queue",
    );
    expect(failing).toContain("<summary>12 checks passed</summary>");
  });

  it("has the figures of every edge that checks have found", () => {
    const text = page.slice(page.indexOf("edge-20<")).replace(/<[^>]+>/g, " ");
    for (const figure of [
      "344 days left",
      "4.0 s old",
      "read back in 4.7 s",
      "queue 1.0 s behind",
      "490 samples wait",
      "collectors 4.0 s behind",
      "173,650 of 200,000",
      "kubernetes v1.36.3",
      "prometheus v3.15.0",
      "opentelemetry-collector-contrib 0.158.0",
    ])
      expect(text).toContain(figure);
  });

  it("has alerts that fire, tenants, and what was not asked", () => {
    const text = page.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
    expect(text).toMatch(/EdgeSilent critical edge-1 main of ops/);
    expect(text).toMatch(/tenant-0 ops main, us 2 196,839 of 400,000/);
    expect(text).toContain("No credentials for their clusters here: edge-3");
    expect(text).toContain("A cluster that is needed does not answer: edge-2");
  });

  it("does not say that nothing fires where the rules were not asked", () => {
    const failed = { ...hubOf().checks.find(({ name }) => name === "alerts")!, facts: undefined };
    const silent = fleetPage(reportOf([hubOf([failed])], []));
    expect(silent).toMatch(/Not known of ops/);
    expect(silent).not.toContain("<p>None.</p>");
  });

  it("refers to nothing outside, and its policy allows its own style and script alone", () => {
    const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(page)?.[1];
    const hashOf = (tag: string) => {
      const text = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)?.[1] ?? "";
      return `&#39;sha256-${createHash("sha256").update(text).digest("base64")}&#39;`;
    };
    expect(policy?.split("; ")).toEqual([
      "default-src &#39;none&#39;",
      `style-src ${hashOf("style")}`,
      `script-src ${hashOf("script")}`,
      "img-src data:",
      "base-uri &#39;none&#39;",
      "form-action &#39;none&#39;",
    ]);
    expect(page).not.toMatch(/<[^>]*\s(src|style|on\w+)=/);
    expect([...page.matchAll(/href="([^"]*)"/g)].map(([, target]) => target)).toEqual(["data:,"]);
    expect(page).not.toMatch(/@import|url\(/);
  });
});

const HOSTILE = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' onmouseover='alert(1)`,
  `</style><style>*{display:none}`,
  `</tbody></table><h1>all is well</h1>`,
  `<!--`,
  `]]>`,
  `&lt;b&gt;`,
  `javascript:alert(1)`,
  "\u202egnp.exe",
  "\u0000",
  "${alert(1)}",
  "`",
];

/** A report in which everything that users name is the given text. */
function named(text: string): Report {
  const edge = edgeOf("failing", 1, text);
  const checks = edge.checks.map((check) => ({
    ...check,
    detail: text,
    ...(check.next !== undefined && { next: text }),
  }));
  const inventory = {
    ...edge.inventory!,
    tenant: text,
    cell: text,
    region: text,
    environment: text,
  };
  const alert = { name: text, about: text, severity: text, cell: text };
  const hub = hubOf();
  const alerts = {
    ...hub.checks.find(({ name }) => name === "alerts")!,
    facts: { alerts: [alert] },
  };
  return reportOf(
    [{ ...hubOf([alerts]), hub: text, tenants: [text] }],
    [{ ...edge, checks, inventory }],
  );
}

describe("the fleet page of hostile names", () => {
  const tags = (page: string) =>
    [...page.matchAll(/<(\/?[a-z!][a-z0-9]*)/gi)].map(([, name]) => name);
  const harmless = tags(fleetPage(named("dev")));

  it("has the very tags that it has for harmless ones", () => {
    const text = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.array(fc.constantFrom(...`<>"'&/=\`-! `), { maxLength: 12 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, (name) => {
        // Commands are shown word by word.
        const oneWord = name.replace(/ /g, "_") || "_";
        expect(tags(fleetPage(named(oneWord)))).toEqual(harmless);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the state of an edge", () => {
  it.each(Object.keys(KINDS))("%s", (kind) => {
    expect(stateOf(edgeOf(kind, 1))).toBe(kind);
  });

  it("is failing where something is broken beside what was not reached", () => {
    const edge = edgeOf("not reached", 1);
    const broken = edge.checks.map((check) =>
      check.name === "newest sample"
        ? { ...check, ok: false, status: "failed" as const, next: "" }
        : check,
    );
    expect(stateOf({ ...edge, checks: broken } as EdgeReport)).toBe("failing");
  });

  it("is failing where a revoked certificate is taken", () => {
    const edge = edgeOf("revoked", 1);
    const taken = edge.checks.map((check) => ({ ...check, ok: false, status: "failed" as const }));
    expect(stateOf({ ...edge, checks: taken })).toBe("failing");
  });
});

describe("verify --from", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "heliograph-report-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });
  const saved = (text: string) => {
    const file = join(folder, "report.json");
    writeFileSync(file, text);
    return file;
  };

  it("makes the page of a saved report, and exits as when it was asked", async () => {
    const report = mixedReport();
    const file = saved(JSON.stringify(report));
    const page = join(folder, "page.html");
    const printed = vi.spyOn(console, "log").mockImplementation(() => {});
    await verifyCommand().parseAsync(["--from", file, "--html", page], { from: "user" });
    expect(readFileSync(page, "utf8")).toBe(fleetPage(report));
    expect(process.exitCode).toBe(1);
    expect(String(printed.mock.calls[0]?.[0])).toContain("waits for its certificate");
  });

  it("keeps every figure", async () => {
    const report = mixedReport();
    expect(await readReport(saved(JSON.stringify(report)))).toEqual(report);
  });

  it("says what is wrong with a file that is none", async () => {
    await expect(readReport(saved("{"))).rejects.toThrow(/report\.json is not JSON: /);
    await expect(readReport(saved(`{ "ok": true, "hubs": [], "edges": [] }`))).rejects.toThrow(
      /report\.json is no report:\n✖ Invalid input: expected object, received undefined\n {2}→ at asked/,
    );
    await expect(readReport(join(folder, "absent"))).rejects.toThrow(/cannot be read: ENOENT/);
  });

  it("takes no names", async () => {
    const verify = verifyCommand().parseAsync(["dev", "--from", "a"], { from: "user" });
    await expect(verify).rejects.toThrow("--from shows the whole report: name no edges.");
  });
});
