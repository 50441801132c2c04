import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import { createRequest, createSelfSigned, signRequest } from "../../plugins/tls/certificates.js";
import { generatePrivateKey, parsePrivateKey } from "../../plugins/tls/keys.js";

/** What a mail server shows, and with what clients verify it. */
export interface MailCertificate {
  readonly key: string;
  readonly certificate: string;
  readonly caCertificate: string;
}

/** From an authority of its own, as a company's mail server has it; for a few hours. */
export async function mailCertificate(address: string): Promise<MailCertificate> {
  const common = { validityPeriodHours: 24, setSubjectKeyId: true };
  const authority = await keyPair();
  const ca = await createSelfSigned(
    { subject: { commonName: "mail authority of the lab", organization: "heliograph" } },
    { ...common, isCaCertificate: true, allowedUses: ["cert_signing", "digital_signature"] },
    authority.pair,
  );
  const own = await keyPair();
  const names = { subject: { commonName: "mail" }, ipAddresses: [address] };
  const request = await createRequest(names, own.pair);
  const signed = await signRequest(request.pem, ca.pem, authority.pair, {
    ...common,
    allowedUses: ["digital_signature", "server_auth"],
  });
  return { key: own.pem, certificate: signed.pem, caCertificate: ca.pem };
}

async function keyPair() {
  const { privateKeyPem: pem } = generatePrivateKey();
  return { pem, pair: await parsePrivateKey(pem, (what) => what) };
}

/** A mail that came. */
export interface Mail {
  readonly to: readonly string[];
  readonly from: string;
  readonly subject: string;
  readonly text: string;
}

export interface MailServerArgs extends Pick<MailCertificate, "key" | "certificate"> {
  readonly user: string;
  readonly password: string;
  readonly onMail: (mail: Mail) => void;
}

/** Takes mail over STARTTLS, from whoever knows user and password, and from nobody else. */
export function mailServer({
  key,
  certificate,
  user,
  password,
  onMail,
}: MailServerArgs): SMTPServer {
  return new SMTPServer({
    key,
    cert: certificate,
    disableReverseLookup: true,
    onAuth(given, session, answer) {
      const known = session.secure && given.username === user && given.password === password;
      if (known) answer(null, { user });
      else answer(new Error("user or password are wrong, or the connection is in the clear"));
    },
    onData(stream, { envelope }, answer) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        PostalMime.parse(Buffer.concat(parts)).then(({ subject = "", text = "" }) => {
          const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
          onMail({ to: envelope.rcptTo.map(({ address }) => address), from, subject, text });
          answer(null);
        }, answer);
      });
    },
  });
}

/** An alert as the text of a notification has it. */
export interface ToldAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
}

/** The line with the labels of an alert. Values have no spaces. */
const LABELS = /^([a-zA-Z_]\w*=\S* ?)+$/;

/** The alerts in a mail: summary, labels and links of each, with empty lines between them. */
export function alertsIn(text: string): ToldAlert[] {
  return text
    .replaceAll("\r\n", "\n")
    .split(/\n{2,}/)
    .flatMap((block): ToldAlert[] => {
      const [summary = "", ...lines] = block.trim().split("\n");
      const labels = lines.find((line) => LABELS.test(line));
      if (labels === undefined) return [];
      const pairs = labels.split(" ").map((pair) => {
        const equals = pair.indexOf("=");
        return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
      });
      const status = summary.endsWith(" (resolved)") ? "resolved" : "firing";
      return [{ status, labels: Object.fromEntries(pairs.filter(([name]) => name !== "")) }];
    });
}
