import { closest } from "fastest-levenshtein";
import type { ObjectStoreProvider } from "./args";

const words = (text: string) => text.trim().split(/\s+/);

/**
 * Regions by the names that the clouds' interfaces take. One that is newer than this list is added here. Those of Amazon are those of the pinned SDK, which
 * a test holds them against, but for the secret ones, whose endpoints have names of their own.
 */
export const REGIONS: Readonly<Partial<Record<ObjectStoreProvider, readonly string[]>>> = {
  s3: words(`
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3
    ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2
    eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1
    sa-east-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2`),
  gcs: words(`
    africa-south1 asia asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-south2 asia-southeast1 asia-southeast2
    asia-southeast3 asia1 australia-southeast1 australia-southeast2 eu eur4 eur5 eur7 eur8 europe-central2 europe-north1 europe-north2
    europe-southwest1 europe-west1 europe-west10 europe-west12 europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9
    me-central1 me-central2 me-west1 nam4 northamerica-northeast1 northamerica-northeast2 northamerica-south1 southamerica-east1 southamerica-west1
    us us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4`),
  azure: words(`
    australiacentral australiacentral2 australiaeast australiasoutheast austriaeast belgiumcentral brazilsouth brazilsoutheast canadacentral canadaeast
    centralindia centralus chilecentral chinaeast chinaeast2 chinanorth chinanorth2 chinanorth3 denmarkeast eastasia eastus eastus2 francecentral
    francesouth germanynorth germanywestcentral indonesiacentral israelcentral italynorth japaneast japanwest jioindiacentral jioindiawest koreacentral
    koreasouth malaysiawest mexicocentral newzealandnorth northcentralus northeurope norwayeast norwaywest polandcentral qatarcentral
    southafricanorth southafricawest southcentralus southeastasia southindia spaincentral swedencentral swedensouth switzerlandnorth switzerlandwest
    uaecentral uaenorth uksouth ukwest usdodcentral usdodeast usgovarizona usgovtexas usgovvirginia westcentralus westeurope westindia westus westus2
    westus3`),
};

/** Whether a provider knows a region by this name; one of `s3-compatible` takes any. */
export function isRegionOf(provider: ObjectStoreProvider, region: string): boolean {
  // Google takes either case.
  return REGIONS[provider]?.includes(provider === "gcs" ? region.toLowerCase() : region) ?? true;
}

/** The region that was probably meant. */
export function likelyRegion(provider: ObjectStoreProvider, region: string): string {
  return closest(region.toLowerCase().replace(/\s/g, ""), [...(REGIONS[provider] ?? [])]);
}
