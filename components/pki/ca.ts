import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { z } from "zod";
import { AUTHORITY_DAYS, LEAF_DAYS, RENEW_BEFORE_DAYS } from "../contract/certificates";
import { ORGANIZATION } from "../contract/identity";
import { described } from "../kit/fields";
import { inputIssues, isLater } from "../kit/later";
import { issueUnless, refuse, type Issue } from "../kit/issues";
import { ALGORITHM, publicPem } from "./keys";

/** Which CAs there are, which of them signs, and how long what it signs is valid. */
export interface SigningArgs {
  readonly trustedGenerations?: number[];
  readonly signingGeneration?: number;
  readonly leafDays?: pulumi.Input<number>;
  readonly renewBeforeDays?: pulumi.Input<number>;
}

const count = (example: number) => described(z.int().min(1), "a whole number from 1", example);

const SIGNING_FIELDS = {
  trustedGenerations: described(
    z
      .array(z.int().min(1))
      .min(1)
      .refine((list) => new Set(list).size === list.length)
      .optional(),
    "different whole numbers from 1",
    [1],
  ),
  leafDays: count(LEAF_DAYS).optional(),
  renewBeforeDays: count(RENEW_BEFORE_DAYS).optional(),
};

/** Everything that is wrong with them, as far as it is known. */
export function signingIssues(args: SigningArgs): Issue[] {
  const { trustedGenerations, leafDays = LEAF_DAYS, renewBeforeDays = RENEW_BEFORE_DAYS } = args;
  const { trusted, signing } = generationsOf(args);
  const lists = inputIssues(
    SIGNING_FIELDS.trustedGenerations,
    ["trustedGenerations"],
    trustedGenerations,
  );
  return [
    ...lists
      .slice(0, 1)
      .map((issue) => ({ ...issue, path: ["trustedGenerations"], got: trustedGenerations })),
    ...issueUnless(trusted.includes(signing), ["signingGeneration"], {
      got: signing,
      expected: `one of those trusted: ${trusted}`,
      example: trusted[0] ?? 1,
    }),
    ...(isLater(leafDays) || isLater(renewBeforeDays)
      ? []
      : daysIssues(leafDays as number, renewBeforeDays as number)),
  ];
}

function daysIssues(leafDays: number, renewBeforeDays: number): Issue[] {
  const leaf = inputIssues(SIGNING_FIELDS.leafDays, ["leafDays"], leafDays);
  const inTime =
    Number.isInteger(renewBeforeDays) && renewBeforeDays >= 1 && renewBeforeDays <= leafDays;
  return [
    ...leaf,
    ...issueUnless(inTime, ["renewBeforeDays"], {
      got: renewBeforeDays,
      expected: `a whole number from 1 to ${leafDays}, as many as leafDays`,
      example: Math.ceil(leafDays / 4),
    }),
  ];
}

/** In ascending order: another order of the same list changes nothing. */
function generationsOf({ trustedGenerations = [1], signingGeneration }: SigningArgs) {
  const trusted = Array.isArray(trustedGenerations)
    ? [...trustedGenerations].sort((a, b) => a - b)
    : [];
  return { trusted, signing: signingGeneration ?? trusted[0] ?? 1 };
}

interface Ca {
  readonly key: tls.PrivateKey;
  readonly certificate: tls.SelfSignedCert;
}

/** One CA for each trusted generation, and the one that signs. */
export function createCas(
  parent: pulumi.Resource,
  name: string,
  title: string,
  args: SigningArgs,
): { readonly cas: readonly Ca[]; readonly signer: Ca } {
  const { trusted, signing } = generationsOf(args);
  const cas = trusted.map((generation) => createCa(parent, name, title, generation));
  const signer = cas[trusted.indexOf(signing)];
  if (!signer)
    throw new Error(`signingIssues passes no generation that is not trusted: ${signing}`);
  return { cas, signer };
}

function createCa(parent: pulumi.Resource, name: string, title: string, generation: number): Ca {
  const key = new tls.PrivateKey(`${name}-ca-${generation}-key`, ALGORITHM, { parent });
  const certificate = new tls.SelfSignedCert(
    `${name}-ca-${generation}`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName: `${title} ${generation}`, organization: ORGANIZATION },
      isCaCertificate: true,
      setSubjectKeyId: true,
      validityPeriodHours: AUTHORITY_DAYS * 24,
      allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
    },
    { parent },
  );
  return { key, certificate };
}

/** Certificates (PEM) of several CAs. */
export function bundleOf(cas: readonly Ca[]): pulumi.Output<string[]> {
  return pulumi.all(cas.map(({ certificate }) => publicPem(certificate.certPem)));
}

export type Use = "server_auth" | "client_auth";

/** Signs leaves with a CA. `subject` is named where days that only the engine knew are wrong. */
export function signWith(
  subject: string,
  parent: pulumi.Resource,
  { key, certificate }: Ca,
  args: SigningArgs,
) {
  const { leafDays, renewBeforeDays } = daysOf(subject, args);
  return (
    child: string,
    certRequestPem: pulumi.Input<string>,
    uses: pulumi.Input<Use[]>,
  ): tls.LocallySignedCert =>
    new tls.LocallySignedCert(
      child,
      {
        certRequestPem,
        caPrivateKeyPem: key.privateKeyPem,
        caCertPem: certificate.certPem,
        setSubjectKeyId: true,
        validityPeriodHours: inHours(leafDays),
        earlyRenewalHours: inHours(renewBeforeDays),
        allowedUses: map(uses, (known) => ["digital_signature", ...known]),
      },
      { parent },
    );
}

function daysOf(subject: string, args: SigningArgs) {
  const { leafDays = LEAF_DAYS, renewBeforeDays = RENEW_BEFORE_DAYS } = args;
  if (!isLater(leafDays) && !isLater(renewBeforeDays)) return { leafDays, renewBeforeDays };
  const checked = pulumi.all([leafDays, renewBeforeDays]).apply(([leaf, renew]) => {
    refuse(subject, daysIssues(leaf, renew));
    return { leaf, renew };
  });
  return { leafDays: checked.leaf, renewBeforeDays: checked.renew };
}

const inHours = (days: pulumi.Input<number>) => map(days, (known) => known * 24);

/** A plain value stays plain. */
export function map<T, R>(value: pulumi.Input<T>, by: (value: T) => R): pulumi.Input<R> {
  return isLater(value) ? (pulumi.output(value) as pulumi.Output<T>).apply(by) : by(value as T);
}
