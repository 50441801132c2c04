import { DNS_LABEL, DNS_LABEL_EXPECTED } from "../contract/names";
import { listed } from "../kit/fields";
import { inputIssues, inputsIssues } from "../kit/later";
import { issueUnless, under, type Issue } from "../kit/issues";
import {
  alertmanagerFields,
  RECEIVER_KINDS,
  RECEIVER_SECRETS,
  receiverFields,
  receiverSecretFields,
  routingFields,
  sendResolvedField,
  type AlertmanagerArgs,
  type AlertReceiverArgs,
} from "./args";

/** What is checked of each field by itself, at a hub and at an edge. */
interface Receiving {
  readonly receivers?: Readonly<Record<string, AlertReceiverArgs>>;
  readonly alertmanager?: AlertmanagerArgs;
}

/** Each field that is wrong by itself. Paths start below `alerting`. */
export function receivingFieldIssues(alerting: Receiving): Issue[] {
  const { receivers = {}, alertmanager } = alerting;
  return [
    ...inputsIssues(routingFields, [], alerting),
    ...(alertmanager ? inputsIssues(alertmanagerFields, ["alertmanager"], alertmanager) : []),
    ...Object.entries(receivers).flatMap(([name, receiver]) =>
      under(["receivers", name], receiverFieldIssues(name, receiver)),
    ),
  ];
}

function receiverFieldIssues(name: string, receiver: AlertReceiverArgs): Issue[] {
  return [
    ...issueUnless(DNS_LABEL.test(name), [], {
      got: name,
      expected: `a name that is ${DNS_LABEL_EXPECTED}`,
      lines: `// rename ${name}, here and in routes`,
    }),
    ...inputIssues(sendResolvedField, ["sendResolved"], receiver.sendResolved),
    ...RECEIVER_KINDS.flatMap((kind) => {
      const given = receiver[kind];
      if (!given) return [];
      return under(
        [kind],
        [...inputsIssues(receiverFields[kind], [], given), ...secretIssues(kind, given)],
      );
    }),
  ];
}

/** A secret comes from one place. No message shows it. */
function secretIssues(kind: keyof typeof RECEIVER_SECRETS, given: object): Issue[] {
  const secret = RECEIVER_SECRETS[kind];
  const fields = [secret, `${secret}From`];
  const there = fields.filter((field) => (given as Record<string, unknown>)[field] !== undefined);
  // Some mail servers let everybody in who is near enough.
  const wanted = kind === "email" && !("username" in given) ? 0 : 1;
  if (there.length === wanted) {
    const value = (given as Record<string, unknown>)[secret];
    if (value === undefined) return [];
    const issues = inputIssues(receiverSecretFields[kind], [secret], value);
    return issues.map((issue) => ({ ...issue, got: "[secret]" }));
  }
  const expected =
    wanted === 0
      ? "nothing, since there is no `username` that it would be for"
      : `exactly one of ${listed(fields)}`;
  return [
    {
      path: [secret],
      ...(there.length > 0 && { got: there.join(" and ") }),
      expected,
      ...(wanted === 0
        ? { lines: `// remove ${there.join(" and ")}` }
        : { example: { secret: "receivers", key: kind }, exampleAt: [`${secret}From`] }),
    },
  ];
}
