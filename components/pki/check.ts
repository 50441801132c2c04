import { LEAF_DAYS, RENEW_BEFORE_DAYS } from "../contract/certificates";
import { ConfigurationError, refuse, type Problem } from "../kit/problems";
import { generationsOf } from "./authority";
import type { MtlsPkiArgs, PkiAuthorityArgs } from "./mtls-pki";
import { requestProblems } from "./request";

/** Throws before the first resource is made. Requests that only the engine knows are checked where they are signed. */
export function checkArgs(name: string, { authority, identity }: MtlsPkiArgs): void {
  if (!authority && !identity) {
    const paste = `new MtlsPki("${name}", { identity: { edge: "dev" } })`;
    const expected = "authority at a hub, identity at an edge, or both";
    throw new ConfigurationError(`MtlsPki ${name}`, [
      { path: "authority, identity", expected, paste },
    ]);
  }
  if (!authority) return;
  refuse(`MtlsPki ${name}`, authorityProblems(authority));
  const known = Object.entries(authority.requests ?? {}).flatMap(
    ([edge, { keyGeneration, queried, requestPem }]) =>
      typeof requestPem === "string"
        ? requestProblems({ name: edge, keyGeneration, queried }, requestPem)
        : [],
  );
  refuse("Inventory", known);
}

function authorityProblems(args: PkiAuthorityArgs): Problem[] {
  const { serverNames, leafDays = LEAF_DAYS, renewBeforeDays = RENEW_BEFORE_DAYS } = args;
  const { trusted, signing } = generationsOf(args);
  const problems: Problem[] = [];
  const unless = (
    good: boolean,
    field: keyof PkiAuthorityArgs,
    got: unknown,
    expected: string,
    example: unknown,
  ) => {
    if (good) return;
    problems.push({
      path: `authority.${field}`,
      got,
      expected,
      paste: `${field}: ${JSON.stringify(example)}`,
    });
  };
  unless(
    serverNames.length > 0,
    "serverNames",
    serverNames,
    "at least one DNS name of the gateway",
    ["ingest.ops.example.com"],
  );
  const counted =
    trusted.length > 0 && new Set(trusted).size === trusted.length && trusted.every(isCount);
  unless(
    counted,
    "trustedGenerations",
    args.trustedGenerations,
    "different whole numbers from 1",
    [1],
  );
  unless(
    trusted.includes(signing),
    "signingGeneration",
    signing,
    `one of those trusted: ${trusted}`,
    trusted[0] ?? 1,
  );
  unless(isCount(leafDays), "leafDays", leafDays, "a whole number from 1", LEAF_DAYS);
  unless(
    isCount(renewBeforeDays) && renewBeforeDays <= leafDays,
    "renewBeforeDays",
    renewBeforeDays,
    `a whole number from 1 to ${leafDays}, as many as leafDays`,
    Math.ceil(leafDays / 4),
  );
  return problems;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
