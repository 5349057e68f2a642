import * as v from "valibot";

const lockedPackage = v.looseObject({
  version: v.optional(v.string()),
  resolved: v.optional(v.string()),
  dev: v.optional(v.boolean()),
  optionalDependencies: v.optional(v.record(v.string(), v.string()), {}),
});

const lockfileSchema = v.looseObject({ packages: v.record(v.string(), lockedPackage) });

type Lockfile = v.InferOutput<typeof lockfileSchema>;

const SYSTEMS = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const PROCESSORS = ["arm64", "arm", "ia32", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

export function parseLockfile(json: string): Lockfile {
  return v.parse(lockfileSchema, JSON.parse(json));
}

/** Where a package was fetched from says more of a machine's mirror than of the package: it is left out. */
export function addressesIn(lockfile: Lockfile): readonly string[] {
  return Object.values(lockfile.packages).flatMap(({ resolved }) =>
    resolved === undefined ? [] : [resolved],
  );
}

/**
 * Entries for the optional packages of other platforms that the lockfile leaves out. A mirror that carries only
 * its own platform's packages makes npm omit them, and `npm ci` then refuses the lockfile. Their parents name
 * exact versions, so an entry needs no registry; npm skips it wherever system or processor differ.
 */
export function missingPlatformEntries(lockfile: Lockfile): Readonly<Record<string, object>> {
  const missing: Record<string, object> = {};
  for (const [path, parent] of Object.entries(lockfile.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies)) {
      if (isLocked(lockfile, path, name)) continue;
      missing[`node_modules/${name}`] = {
        version,
        ...(parent.dev === true ? { dev: true } : {}),
        optional: true,
        ...platformOf(name),
      };
    }
  }
  return missing;
}

/** Node's resolution: the package may lie beside its parent or in any folder above. */
function isLocked(lockfile: Lockfile, parentPath: string, name: string): boolean {
  let folder = parentPath;
  for (;;) {
    if (Object.hasOwn(lockfile.packages, `${folder === "" ? "" : `${folder}/`}node_modules/${name}`))
      return true;
    if (folder === "") return false;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")));
  }
}

/** By the naming that all native packages share: `…-<system>-<processor>[-<C library>]`. */
function platformOf(name: string): object {
  const words = name.split(/[^a-z0-9]/);
  const system = SYSTEMS.find((each) => words.includes(each));
  const processor = PROCESSORS.find((each) => words.includes(each));
  const library = words.some((word) => word.startsWith("musl")) ? "musl" : undefined;
  if (processor === undefined || (system === undefined && processor !== "wasm32")) {
    throw new Error(`${name}: not the name of a platform's package`);
  }
  return {
    ...(system === undefined ? {} : { os: [system] }),
    cpu: [processor],
    ...(library === undefined ? {} : { libc: [library] }),
  };
}
