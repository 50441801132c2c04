/** An NGINX in the foreground, which says what is wrong where its pod's log is. */
export function nginxArguments(configFile: string): string[] {
  return ["-e", "stderr", "-c", configFile, "-g", "daemon off;"];
}

/**
 * Of its section `http`: where it may write, all that it writes. Upstream's build and Debian's have
 * other folders.
 */
export function temporaryPaths(folder: string): string {
  const parts = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return parts
    .map((part) => `  ${part}_temp_path ${folder}/${part.replace("client_", "")};`)
    .join("\n");
}
