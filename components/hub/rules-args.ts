import { z } from "zod";
import { described, name, text } from "../kit/fields";
import { issueUnless, type Issue } from "../kit/issues";
import { WORKLOAD_ALERTS } from "../rules/workloads/alert-names";
import { thresholdFields, type AlertThresholdsArgs } from "../rules/workloads/thresholds";

/** What is different for the edges of one tenant or of one environment. */
export interface HubRuleOverridesArgs {
  /** Thresholds instead of those of the hub. Defaults to none. */
  thresholds?: AlertThresholdsArgs;
}

/** Two environments whose clusters should use about the same share of their CPU and memory. */
export interface HubDriftArgs {
  /** The environment whose clusters are compared. */
  environment: string;
  /** The environment with whose average they are compared. */
  with: string;
}

/**
 * Rule files of your own, as their texts, by the names of the files: messages name them. They are
 * in the format of Prometheus, with expressions in LogQL where they are about log lines.
 */
export interface HubRuleFilesArgs {
  /**
   * Files for operators. They see the series of every tenant, are evaluated in each cell, and
   * record in the tenant of the hub. Defaults to none.
   */
  operators?: Record<string, string>;
  /**
   * Files by tenant, a key of `tenants`. They see the series of this tenant alone and record among
   * them, so that the cell needs a backend whose rules see one tenant. Each of their rules gets the
   * label `tenant_id`. Defaults to none.
   */
  tenants?: Record<string, Record<string, string>>;
  /**
   * Files of alerts on log lines, by tenant. The cell needs a backend of logs that evaluates rules.
   * Defaults to none.
   */
  logs?: Record<string, Record<string, string>>;
}

/**
 * The rules about what runs on the clusters. Every tenant has them, evaluated over its own series.
 *
 * They must be known at preview, because rule files are made of them.
 */
export interface HubRulesArgs {
  /** When alerts fire. Defaults to the numbers that each threshold names. */
  thresholds?: AlertThresholdsArgs;
  /**
   * What is different for an environment, by the label `environment` of its edges. Defaults to
   * nothing.
   */
  environments?: Record<string, HubRuleOverridesArgs>;
  /**
   * What is different for a tenant, a key of `tenants`. It wins over `environments`. Defaults to
   * nothing.
   */
  tenants?: Record<string, HubRuleOverridesArgs>;
  /**
   * Rules of your own. They are checked before anything is deployed: a file of a backend is taken
   * as a whole or not at all. Defaults to none.
   */
  files?: HubRuleFilesArgs;
  /** Names of alerts that are not raised, e.g. `NodeCpuBusy`. Defaults to none. */
  disabled?: string[];
  /** Environments that are compared, for the alert `EnvironmentDrift`. Defaults to none. */
  drift?: HubDriftArgs[];
}

/** What may stand below the name of a tenant or of an environment. */
const OVERRIDES = { thresholds: { nodeCpuRatio: 0.95 } };

const thresholds = described(
  z.strictObject(thresholdFields).optional(),
  "When alerts fire. Defaults to the number that each threshold names.",
  { nodeCpuRatio: 0.9 },
);

const overrides = (of: string, example: string) =>
  described(
    z.record(z.string(), z.strictObject({ thresholds })).optional(),
    `What is different for ${of}. Defaults to nothing.`,
    { [example]: OVERRIDES },
    "a map by name",
  );

const texts = (what: string, example: unknown) =>
  described(z.record(z.string(), z.string()).optional(), `${what}. Defaults to none.`, example);
const RULE_FILE = { "shop.yaml": "groups: [...]" };

/** Limits of `HubRuleFilesArgs`. */
const ruleFilesField = described(
  z
    .strictObject({
      operators: texts("Texts of files for operators, by name", RULE_FILE),
      tenants: described(
        z.record(z.string(), z.record(z.string(), z.string())).optional(),
        "Texts of files by tenant and name. Defaults to none.",
        { dev: RULE_FILE },
      ),
      logs: described(
        z.record(z.string(), z.record(z.string(), z.string())).optional(),
        "Texts of files of alerts on log lines, by tenant and name. Defaults to none.",
        { dev: RULE_FILE },
      ),
    })
    .optional(),
  "Rules of your own, as texts of files by name. Defaults to none.",
  { operators: RULE_FILE },
);

/** Limits of `HubRulesArgs`. */
export const rulesFields = {
  files: ruleFilesField,
  thresholds,
  environments: overrides("the edges of an environment, by its name", "dev"),
  tenants: overrides("a tenant, by its id; it wins over `environments`", "dev"),
  disabled: described(
    z.array(text("Name of an alert", "NodeCpuBusy")).optional(),
    "Names of alerts that are not raised. Defaults to none.",
    ["NodeCpuBusy"],
    "a list of names",
  ),
  drift: described(
    z
      .array(
        described(
          z.strictObject({
            environment: name("Environment whose clusters are compared", "prd"),
            with: name("Environment with whose average they are compared", "stg"),
          }),
          "Two environments that should use about the same share of their CPU and memory",
          { environment: "prd", with: "stg" },
        ),
      )
      .optional(),
    "Environments that are compared, for the alert EnvironmentDrift. Defaults to none.",
    [{ environment: "prd", with: "stg" }],
    "a list of pairs",
  ),
};

interface RulesInput {
  readonly environments?: Readonly<Record<string, unknown>> | undefined;
  readonly tenants?: Readonly<Record<string, unknown>> | undefined;
  readonly disabled?: readonly string[] | undefined;
  readonly drift?: readonly { readonly environment: string; readonly with: string }[] | undefined;
}

/** Names that do not exist, and pairs that compare nothing. Paths start at the rules. */
export function rulesIssues(
  rules: RulesInput,
  known: { readonly tenants: readonly string[]; readonly environments: readonly string[] },
): Issue[] {
  const { environments = {}, tenants = {}, disabled = [], drift = [] } = rules;
  const oneOf = (path: (string | number)[], got: string, kind: string, names: readonly string[]) =>
    issueUnless(names.includes(got), path, {
      got,
      expected: `one of the ${kind}: ${names.join(", ") || "there is none yet"}`,
      example: names[0] ?? "...",
    });
  const environment = (path: (string | number)[], got: string) =>
    oneOf(path, got, "environments of `edges`", known.environments);
  /** Of a key that does not exist: lines with one that does. */
  const asKey = (key: string, [issue]: Issue[]): Issue[] =>
    issue ? [{ ...issue, example: OVERRIDES, exampleAt: [key, String(issue.example)] }] : [];
  return [
    ...Object.keys(environments).flatMap((name) =>
      asKey("environments", environment(["environments", name], name)),
    ),
    ...Object.keys(tenants).flatMap((id) =>
      asKey("tenants", oneOf(["tenants", id], id, "`tenants`", known.tenants)),
    ),
    ...disabled.flatMap((alert, index) =>
      oneOf(["disabled", index], alert, "alerts about workloads", WORKLOAD_ALERTS),
    ),
    ...drift.flatMap((pair, index) => [
      ...environment(["drift", index, "environment"], pair.environment),
      ...environment(["drift", index, "with"], pair.with),
      ...issueUnless(pair.environment !== pair.with, ["drift", index, "with"], {
        got: pair.with,
        expected: "another environment than the one that is compared",
        example: known.environments.find((one) => one !== pair.environment) ?? "...",
      }),
    ]),
  ];
}
