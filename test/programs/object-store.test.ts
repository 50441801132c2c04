import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CREATE_BUCKET_SCRIPT, createBucketVariables } from "../../components/storage/keyed-bucket";
import { curlConfig } from "../../components/storage/credentials";
import { connection } from "../components/hub/hub";
import { type RunningStore, runMinio } from "./support/minio";
import { program } from "./support/programs";
import { freePorts } from "./support/server";

const USER = "heliograph";
/** Everything that a shell, curl or YAML might trip over. */
const PASSWORD = `p@ss: #1"\\'$HOME&%`;

describe.each(["us-east-1", "me-central-1"])(
  "the script that makes a bucket, with a real store in %s",
  (region) => {
    let folder: string;
    let minio: RunningStore;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "heliograph-store-"));
      minio = await runMinio(join(folder, "data"), {
        MINIO_ROOT_USER: USER,
        MINIO_ROOT_PASSWORD: PASSWORD,
        MINIO_REGION: region,
      });
    });
    afterAll(async () => {
      await minio?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    interface Ask {
      readonly bucket?: string;
      readonly at?: string;
      readonly password?: string;
    }

    const make = ({ bucket = "metrics", at = minio.endpoint, password = PASSWORD }: Ask = {}) => {
      const credentials = join(folder, "curl.conf");
      writeFileSync(credentials, curlConfig(USER, password));
      const place = { ...connection, bucket, endpoint: at, region, insecure: true };
      const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", CREATE_BUCKET_SCRIPT], {
        env: {
          ...createBucketVariables(place),
          CREDENTIALS: credentials,
          TMPDIR: folder,
          PATH: [dirname(program("curl", "curl")), process.env["PATH"]].join(delimiter),
        },
      });
      return { status, out: stdout.toString(), err: stderr.toString() };
    };

    it("makes it", () => {
      expect(make()).toEqual({
        status: 0,
        out: `bucket metrics at ${minio.endpoint}: made\n`,
        err: "",
      });
      expect(existsSync(join(folder, "data/metrics"))).toBe(true);
    });

    it("is content when it is there already", () => {
      expect(make()).toEqual({
        status: 0,
        out: `bucket metrics at ${minio.endpoint}: is there already\n`,
        err: "",
      });
    });

    it("says what the store says to wrong keys", () => {
      const { status, err } = make({ password: "wrong" });
      expect(status).toBe(1);
      expect(err).toMatch(
        /^bucket metrics at 127\.0\.0\.1:\d+: refused \(HTTP 403\): .*SignatureDoesNotMatch/s,
      );
    });

    it("says what the store says to a name that it does not take", () => {
      const { status, err } = make({ bucket: "a" });
      expect(status).toBe(1);
      expect(err).toMatch(/^bucket a at .*: HTTP 400: .*InvalidBucketName/s);
    });

    it("says when nobody answers", async () => {
      const [nobody = 0] = await freePorts(1);
      const { status, err } = make({ at: `127.0.0.1:${nobody}` });
      expect(status).toBe(1);
      expect(err).toMatch(
        /Failed to connect.*\n.*no answer \(see the line above\): is the endpoint right/s,
      );
    });

    it("never has a key in its arguments or its environment", () => {
      expect(CREATE_BUCKET_SCRIPT).not.toContain("secret");
      expect(JSON.stringify(createBucketVariables(connection))).not.toContain(PASSWORD);
    });
  },
);
