import { X509Certificate } from "node:crypto";
import { RENEW_BEFORE_DAYS } from "../contract/certificates";
import type { RulesModel, WatchedCertificate } from "../rules/model";
import type { HubEdgeArgs, HubObservabilityArgs } from "./args";
import { edgesIn } from "./inventory";
import { programOf } from "../backends/kit/rings/program";

/** What of the hub only the engine knows. Certificates as PEM. */
export interface SignedFacts {
  readonly namespace: string;
  readonly edges: Readonly<Record<string, string>>;
  readonly gateway: string;
  readonly authorities: readonly string[];
}

/** What the rules of a cell are made of. */
export function rulesModel(
  args: HubObservabilityArgs,
  cell: string,
  facts: SignedFacts,
): RulesModel {
  const here = edgesIn(args, cell);
  const letIn = here.flatMap(([name, { revoked }]) => (revoked ? [] : [name]));
  return {
    groupsNameTenants: programOf(args.cells[cell]?.metrics ?? {}).groupsNameTenants ?? false,
    hub: { namespace: facts.namespace, cluster: args.watchedBy },
    tenants: Object.keys(args.tenants),
    edges: here.map(([name, edge]) => ({ name, ...edge, state: stateOf(edge, facts.edges[name]) })),
    certificates: [
      ...letIn.flatMap((cluster) =>
        watched({ certificate: "edge", cluster }, [facts.edges[cluster] ?? ""]),
      ),
      ...watched({ certificate: "gateway" }, [facts.gateway]),
      ...watched({ certificate: "authority" }, facts.authorities),
    ],
    renewalDays: args.renewBeforeDays ?? RENEW_BEFORE_DAYS,
  };
}

function stateOf({ revoked }: HubEdgeArgs, certificate: string | undefined) {
  if (revoked) return "revoked";
  return certificate ? "signed" : "waiting";
}

/** The one that ends first. */
function watched(
  whose: Omit<WatchedCertificate, "notAfter">,
  pems: readonly string[],
): WatchedCertificate[] {
  const ends = pems.flatMap(endOf);
  return ends.length === 0 ? [] : [{ ...whose, notAfter: Math.min(...ends) }];
}

/** Nothing for what is no certificate: NGINX says so when it loads it, and `render` has none to show. */
function endOf(pem: string): number[] {
  try {
    return [Date.parse(new X509Certificate(pem).validTo) / 1000];
  } catch {
    return [];
  }
}
