import type { ObjectStoreProvider } from "./args";

/** A rule of a cloud about a name, in the cloud's own order: the first that a name breaks is the one to tell. */
type NameRule = readonly [holds: (name: string) => boolean, rule: string];

const matches = (pattern: RegExp) => (name: string) => pattern.test(name);
const lacks = (pattern: RegExp) => (name: string) => !pattern.test(name);
const notAnAddress: NameRule = [lacks(/^\d+\.\d+\.\d+\.\d+$/), "not formatted as an IP address"];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const S3_BUCKET: readonly NameRule[] = [
  [matches(/^.{3,63}$/), "3 to 63 characters"],
  [matches(/^[-.a-z0-9]+$/), "lower-case letters, digits, '-' and '.' only"],
  [matches(/^[a-z0-9].*[a-z0-9]$/), "begins and ends with a letter or a digit"],
  [lacks(/\.\./), "no two '.' side by side"],
  notAnAddress,
  [
    lacks(/^(xn--|sthree-|amzn-s3-demo-)/),
    "does not begin with xn--, sthree- or amzn-s3-demo-, which are reserved",
  ],
  [
    lacks(/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/),
    "does not end with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3, which are reserved",
  ],
];

/** https://cloud.google.com/storage/docs/buckets#naming */
const GCS_BUCKET: readonly NameRule[] = [
  [
    (name) =>
      name.length >= 3 && name.length <= 222 && name.split(".").every((part) => part.length <= 63),
    "3 to 63 characters; with dots up to 222, and 63 from dot to dot",
  ],
  [matches(/^[-._a-z0-9]+$/), "lower-case letters, digits, '-', '_' and '.' only"],
  [matches(/^[a-z0-9].*[a-z0-9]$/), "begins and ends with a letter or a digit"],
  notAnAddress,
  [lacks(/^goog/), "does not begin with goog, which is reserved"],
  [lacks(/g[o0][o0]g[l1]e/), "does not contain google, nor anything that looks like it"],
];

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name, as far as an account could be called so. */
const AZURE_WORDS =
  /^(access|azure|bing|bizspark|biztalk|cortana|directx|dotnet|dynamics|excel|exchange|forefront|groove|hololens|hyperv|kinect|lync|msdn|o365|office|office365|onedrive|onenote|outlook|powerpoint|sharepoint|skype|visio|visualstudio|xbox)$/;

/** https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name */
export const STORAGE_ACCOUNT: readonly NameRule[] = [
  [matches(/^.{3,24}$/), "3 to 24 characters"],
  [matches(/^[a-z0-9]+$/), "lower-case letters and digits only"],
  [lacks(AZURE_WORDS), "not a reserved word"],
  [lacks(/microsoft|windows/), "does not contain microsoft or windows, which are reserved"],
  [lacks(/^login/), "does not begin with login, which is reserved"],
];

/** https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
export const CONTAINER: readonly NameRule[] = [
  [matches(/^.{3,63}$/), "3 to 63 characters"],
  [matches(/^[-a-z0-9]+$/), "lower-case letters, digits and '-' only"],
  [matches(/^[a-z0-9].*[a-z0-9]$/), "begins and ends with a letter or a digit"],
  [lacks(/--/), "no two '-' side by side"],
];

const COMPATIBLE_BUCKET: readonly NameRule[] = [
  [
    matches(/^[a-z0-9][-._a-z0-9]{1,61}[a-z0-9]$/),
    "3 to 63 lower-case letters, digits, '-', '.', '_'",
  ],
];

export const BUCKETS: Readonly<Record<Exclude<ObjectStoreProvider, "azure">, readonly NameRule[]>> =
  {
    s3: S3_BUCKET,
    gcs: GCS_BUCKET,
    "s3-compatible": COMPATIBLE_BUCKET,
  };

/** The first rule that a name breaks. */
export function brokenRule(rules: readonly NameRule[], name: string): string | undefined {
  return rules.find(([holds]) => !holds(name))?.[1];
}

interface TagRule {
  readonly key: RegExp;
  readonly value: RegExp;
  readonly rule: string;
}

/** What clouds take as tags, of which each takes 50 at least. */
const TAGS: Readonly<Record<Exclude<ObjectStoreProvider, "s3-compatible">, TagRule>> = {
  s3: {
    key: /^(?!aws:)[-\p{L}\p{Z}\p{N}_.:/=+@]{1,128}$/u,
    value: /^[-\p{L}\p{Z}\p{N}_.:/=+@]{0,256}$/u,
    rule: "keys of 1 to 128 and values of at most 256 letters, digits, spaces and any of _.:/=+-@, no key that begins with aws:",
  },
  gcs: {
    key: /^[a-z][-_a-z0-9]{0,62}$/,
    value: /^[-_a-z0-9]{0,63}$/,
    rule: "keys and values of at most 63 lower-case letters, digits, '-' and '_', keys beginning with a letter",
  },
  azure: {
    key: /^[^<>%&\\?/]{1,128}$/,
    value: /^.{0,256}$/,
    rule: "keys of 1 to 128 characters, none of <>%&\\?/, and values of at most 256",
  },
};

/** The rule that tags break. */
export function brokenTagRule(
  provider: ObjectStoreProvider,
  tags: Readonly<Record<string, string>>,
): string | undefined {
  if (provider === "s3-compatible") return undefined;
  const { key, value, rule } = TAGS[provider];
  const entries = Object.entries(tags);
  if (entries.length > 50) return "50 at most";
  return entries.every(([name, content]) => key.test(name) && value.test(content))
    ? undefined
    : rule;
}
