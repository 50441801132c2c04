import { join } from "node:path";
import { writeWhole } from "../host/files.js";
import { statePaths } from "../state.js";

/**
 * Every stack has a passphrase of its own, but Pulumi's command line knows one for all. This
 * `pulumi`, first on the lab's PATH, looks which stack is meant, names the file with its
 * passphrase, and becomes the real one.
 */
export function wrapperScript(pulumi: string, passphrases: string): string {
  return `#!/bin/sh
stack=
before=
for argument; do
  case "$before" in -s | --stack) stack=$argument ;; esac
  case "$argument" in --stack=*) stack=\${argument#--stack=} ;; esac
  before=$argument
done
if [ -z "\${PULUMI_CONFIG_PASSPHRASE_FILE-}\${PULUMI_CONFIG_PASSPHRASE-}" ]; then
  [ -n "$stack" ] || stack=$('${pulumi}' stack --show-name 2>/dev/null)
  # A full name is <organization>/<project>/<stack>.
  PULUMI_CONFIG_PASSPHRASE_FILE='${passphrases}'/\${stack##*/}
  [ ! -f "$PULUMI_CONFIG_PASSPHRASE_FILE" ] || export PULUMI_CONFIG_PASSPHRASE_FILE
fi
exec '${pulumi}' "$@"
`;
}

export async function writeWrapper(pulumiFolder: string): Promise<void> {
  const { bin, passphrases } = statePaths();
  await writeWhole(
    join(bin, "pulumi"),
    wrapperScript(join(pulumiFolder, "pulumi"), passphrases),
    0o755,
  );
}
