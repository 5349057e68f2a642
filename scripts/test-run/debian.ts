import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const APT_GET = "/usr/bin/apt-get";

/** True when the package was installed: only root on a Debian-like system can, and nobody else is asked to. */
export function installDebianPackage(name: string): boolean {
  if (process.getuid?.() !== 0 || !existsSync(APT_GET)) return false;
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = (args: readonly string[]) =>
    spawnSync(APT_GET, args, { stdio: "inherit", env: environment }).status === 0;
  return run(["update"]) && run(["install", "-y", "--no-install-recommends", name]);
}
