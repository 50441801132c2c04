import { describe, expect, it } from "vitest";
import type { Backend } from "../../../components/backends/backend";
import { argsIssues } from "../../../components/hub/args-issues";
import type { HubLogAlertsArgs } from "../../../components/hub/log-alert-args";
import { logAlertIssues } from "../../../components/hub/log-alert-issues";
import { resolveHub } from "../../../components/hub/resolve";
import { connection, hubArgs } from "./hub";

const main = hubArgs().cells["main"]!;
const withAlerts = (logAlerts: HubLogAlertsArgs, logs = true) =>
  hubArgs({
    cells: {
      main: { ...main, ...(logs && { logs: { bucket: connection, schemaFrom: "2026-01-31" } }) },
    },
    tenants: { dev: { retentionDays: 30, logAlerts }, shared: { retentionDays: 365 } },
  });
const withQuery = (query: string) => withAlerts({ patterns: { payments: { query } } });
const found = (args: ReturnType<typeof hubArgs>) =>
  argsIssues(args).map(({ path, expected }) => `${path.join(".")}: ${expected}`);
const AT = "tenants.dev.logAlerts.patterns.payments.query";

describe("alerts on log lines", () => {
  it("are fine as they are, with patterns of processes that end as none should", () => {
    expect(argsIssues(withAlerts({}))).toEqual([]);
    const [dev, shared] = resolveHub(withAlerts({})).tenants;
    expect(dev?.logAlerts).toMatchObject({ risingLines: 50, risingFactor: 3 });
    expect(dev?.logAlerts?.patterns.map(({ name }) => name)).toEqual(["oom", "panic"]);
    expect(shared?.logAlerts).toBeUndefined();
  });

  it("have patterns of one's own, in whose place a default one stands by its name", () => {
    const patterns = { panic: { query: '{app="shop"} |= "panic"', lines: 5 } };
    expect(resolveHub(withAlerts({ patterns })).tenants[0]?.logAlerts?.patterns[1]).toEqual({
      name: "panic",
      query: '{app="shop"} |= "panic"',
      lines: 5,
      severity: "warning",
    });
  });

  it.each([
    '{app="checkout"} |= "payment failed"',
    '{app="checkout"} | json | status >= 500',
    "{namespace=~`shop.*`} |~ `(?i)declined` != `test`",
  ])("select lines: %s", (query) => expect(found(withQuery(query))).toEqual([]));

  it.each([
    [
      '{app="checkout" |= "failed"',
      `${AT}: LogQL: it cannot be read at column 17, after \`{app="checkout"\``,
    ],
    ['{app="checkout"', `${AT}: LogQL: it ends too early at column 16, after \`{app="checkout"\``],
    ["", `${AT}: LogQL: it ends too early at column 1, after \`\``],
    [
      'rate({app="checkout"}[5m])',
      `${AT}: LogQL that selects lines, without a range and a function: they are counted`,
    ],
    ['{app="checkout"} # all of them', `${AT}: LogQL without comments`],
    [
      '{tenant_id = "shared"} |= "failed"',
      `${AT}: no matcher tenant_id="shared": an alert sees the lines of its tenant alone`,
    ],
  ])("are rejected with the query %s", (query, issue) =>
    expect(found(withQuery(query))).toEqual([issue]),
  );

  it("are rejected where a cell stores no logs", () => {
    expect(found(withAlerts({}, false))).toEqual([
      "tenants.dev.logAlerts: nothing in cell main: it stores no logs",
    ]);
  });

  it("are rejected where the backend evaluates no rules", () => {
    const { tenants, cells } = resolveHub(withAlerts({}));
    const unable = cells.map((cell) => {
      const { logs } = cell.stores;
      const backend: { evaluatesLogRules?: true } & Backend<"logs"> = {
        ...logs!.backend,
        title: "Other",
      };
      delete backend.evaluatesLogRules;
      return { ...cell, stores: { ...cell.stores, logs: { ...logs!, backend } } };
    });
    expect(logAlertIssues({ tenants, cells: unable }).map(({ expected }) => expected)).toEqual([
      "nothing in cell main: Other evaluates no rules; loki does",
    ]);
  });
});
