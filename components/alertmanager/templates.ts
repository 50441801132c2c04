/** Names of the templates that receivers use. */
export const TEMPLATES = {
  title: "heliograph.title",
  text: "heliograph.text",
  markdown: "heliograph.markdown",
  slack: "heliograph.slack",
} as const;

/** Uses a template for the whole notification. */
export function templated(name: keyof typeof TEMPLATES): string {
  return `{{ template "${TEMPLATES[name]}" . }}`;
}

/** Annotations of an alert that hold an address, each with the word for it. */
export const LINKS = {
  runbook_url: "Runbook",
  dashboard_url: "Dashboard",
  logs_url: "Logs",
} as const;

interface Markup {
  bold(text: string): string;
  link(href: string, text: string): string;
}

const PLAIN: Markup = { bold: (text) => text, link: (href, text) => `${text}: ${href}` };
const MARKDOWN: Markup = {
  bold: (text) => `**${text}**`,
  link: (href, text) => `[${text}](${href})`,
};
const SLACK: Markup = { bold: (text) => `*${text}*`, link: (href, text) => `<${href}|${text}>` };

/**
 * The page on which an alert is silenced, filled with all of its labels. `alert`: where the alert
 * is; `url`: Alertmanager's address. A plus is a space in a query, but not behind a `#`.
 */
export function silenceLink(labels: string, url: string): string {
  const value = `{{ $label.Value | urlquery | reReplaceAll "\\\\+" "%20" }}`;
  const matcher = `{{ if $index }}%2C%20{{ end }}{{ $label.Name }}%3D%22${value}%22`;
  return `{{ ${url} }}/#/silences/new?filter=%7B{{ range $index, $label := ${labels}.SortedPairs }}${matcher}{{ end }}%7D`;
}

/** The file of templates: a title, and the alerts of a notification one after the other. */
export function templateFile(): string {
  return [
    define(
      "title",
      `[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] {{ with .CommonLabels.alertname }}{{ . }}{{ else }}alerts{{ end }}{{ with .CommonLabels.cluster }} in {{ . }}{{ end }}{{ with .CommonLabels.severity }} ({{ . }}){{ end }}`,
    ),
    define("text", alerts(PLAIN)),
    define("markdown", alerts(MARKDOWN)),
    define("slack", alerts(SLACK)),
  ].join("\n");
}

function define(name: keyof typeof TEMPLATES, text: string): string {
  return `{{ define "${TEMPLATES[name]}" }}${text}{{ end }}\n`;
}

function alerts({ bold, link }: Markup): string {
  const summary =
    "{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}" +
    '{{ if eq .Status "resolved" }} (resolved){{ end }}';
  const links = Object.entries(LINKS).map(
    ([annotation, text]) =>
      `{{ with .Annotations.${annotation} }}${link("{{ . }}", text)}\n{{ end }}`,
  );
  const lines = [
    bold(summary),
    "{{ with .Annotations.description }}{{ . }}\n{{ end }}" +
      "{{ range .Labels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}",
    links.join("") + link(silenceLink(".Labels", "$url"), "Silence"),
    "",
    "",
  ];
  return `{{ $url := .ExternalURL }}{{ range .Alerts }}${lines.join("\n")}{{ end }}`;
}
