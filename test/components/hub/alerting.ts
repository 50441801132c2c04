import type { HubAlertingArgs } from "../../../components/hub/alerting-args";

/** Alerting as document 003, section 10.2, wants it: production apart, everything else together. */
export function alertingArgs(overrides: Partial<HubAlertingArgs> = {}): HubAlertingArgs {
  return {
    receivers: {
      "on-call": {
        pagerDuty: { routingKey: "routing-key-1" },
        slack: { channel: "#production-critical", url: "https://hooks.slack.com/secret-1" },
      },
      production: { slack: { channel: "#production", url: "https://hooks.slack.com/secret-2" } },
      shop: {
        email: {
          to: ["shop@example.com"],
          from: "alerts@example.com",
          smarthost: "smtp.example.com:587",
          username: "alerts",
          passwordFrom: { secret: "mail", key: "password" },
        },
      },
      "everything-else": { teams: { url: "https://teams.example.com/secret-3" } },
    },
    timeIntervals: {
      nights: [
        {
          times: [
            { start: "00:00", end: "07:00" },
            { start: "20:00", end: "24:00" },
          ],
          timeZone: "Europe/Berlin",
        },
      ],
    },
    routes: [
      {
        environments: ["prd"],
        receiver: "production",
        routes: [
          { severities: ["critical"], receiver: "on-call", repeatInterval: "1h" },
          { teams: ["shop"], receiver: "shop", muteTimeIntervals: ["nights"] },
        ],
      },
      { receiver: "everything-else" },
    ],
    ...overrides,
  };
}
