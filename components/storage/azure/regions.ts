import { regions } from "../fields";

/**
 * Regions by the names that the interfaces take. One that is newer than this list is added here.
 */
export const AZURE_REGIONS = regions(
  `
  australiacentral australiacentral2 australiaeast australiasoutheast austriaeast belgiumcentral
  brazilsouth brazilsoutheast canadacentral canadaeast centralindia centralus chilecentral
  chinaeast chinaeast2 chinanorth chinanorth2 chinanorth3 denmarkeast eastasia eastus eastus2
  francecentral francesouth germanynorth germanywestcentral indonesiacentral israelcentral
  italynorth japaneast japanwest jioindiacentral jioindiawest koreacentral koreasouth
  malaysiawest mexicocentral newzealandnorth northcentralus northeurope norwayeast norwaywest
  polandcentral qatarcentral southafricanorth southafricawest southcentralus southeastasia
  southindia spaincentral swedencentral swedensouth switzerlandnorth switzerlandwest uaecentral
  uaenorth uksouth ukwest usdodcentral usdodeast usgovarizona usgovtexas usgovvirginia
  westcentralus westeurope westindia westus westus2 westus3`,
);
