/** The smallest good hub and edge sections, for tests to break one thing at a time. */
export function hubSections() {
  return {
    cluster: { context: "ops" },
    hub: {
      gateway: { host: "ingest.ops.example.com" } as Record<string, unknown>,
      cells: {
        main: {
          region: "uaenorth",
          metrics: {
            bucket: {
              provider: "azure",
              existing: {
                storageAccount: "contoso",
                container: "metrics",
                clientId: "00000000-0000-0000-0000-000000000001",
              },
            } as Record<string, unknown>,
          } as Record<string, unknown>,
        },
      } as Record<string, Record<string, unknown>>,
      tenants: { dev: { retentionDays: 30 } } as Record<string, Record<string, unknown>>,
      edges: { dev: { tenant: "dev", environment: "dev", region: "uaenorth" } } as Record<
        string,
        Record<string, unknown>
      >,
    } as Record<string, unknown>,
  };
}

export function edgeSections() {
  return {
    cluster: { context: "dev" } as Record<string, unknown>,
    edge: { name: "dev", hub: { fromStack: "organization/heliograph/ops" } } as Record<
      string,
      unknown
    >,
  };
}

/** The whole message of a refusal. */
export function messageOf(attempt: () => void): string {
  try {
    attempt();
  } catch (error) {
    return `${(error as Error).name}\n${(error as Error).message}\n`;
  }
  throw new Error("nothing was refused");
}
