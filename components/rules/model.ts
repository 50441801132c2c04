/** What rules are made of: the inventory of one cell, and what the hub signed. Everything in it is public. */
export interface RulesModel {
  /** Whether groups say which tenants' series they see, as Mimir wants it; otherwise whoever evaluates them sees all of the cell. */
  readonly groupsNameTenants: boolean;
  readonly hub: HubPlace;
  /** Tenants of the cell. */
  readonly tenants: readonly string[];
  readonly edges: readonly RulesEdge[];
  readonly certificates: readonly WatchedCertificate[];
  /** Days before its end from which a certificate is renewed. */
  readonly renewalDays: number;
}

/** Where the hub's own pods are, as labels tell it. */
export interface HubPlace {
  readonly namespace: string;
  /** Name of the edge whose agent scrapes them; left out where nobody says. */
  readonly cluster?: string;
}

export interface RulesEdge {
  readonly name: string;
  readonly tenant: string;
  /** Only a signed edge can be missed. */
  readonly state: "waiting" | "revoked" | "signed";
  readonly environment?: string;
  readonly region?: string;
  readonly clusterType?: string;
}

export interface WatchedCertificate {
  /** Whose it is; `cluster` names the edge. */
  readonly certificate: "edge" | "gateway" | "authority";
  readonly cluster?: string;
  /** Seconds since 1970. */
  readonly notAfter: number;
}
