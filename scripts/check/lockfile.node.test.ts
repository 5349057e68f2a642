import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./command.ts";
import { addressesIn, missingPlatformEntries, parseLockfile } from "./lockfile.ts";

const lockfile = (packages: object) => parseLockfile(JSON.stringify({ lockfileVersion: 3, packages }));

describe("the project's lockfile", () => {
  const own = parseLockfile(readFileSync(join(ROOT, "package-lock.json"), "utf8"));

  it("lists the packages of every platform (else: npm run lockfile)", () => {
    expect(Object.keys(missingPlatformEntries(own))).toEqual([]);
  });

  it("names no host", () => {
    expect(addressesIn(own)).toEqual([]);
  });
});

describe("a lockfile", () => {
  it("gets entries with the platform its package is named after", () => {
    const incomplete = lockfile({
      "": {},
      "node_modules/tool": {
        version: "1.0.0",
        dev: true,
        optionalDependencies: {
          "@tool/linux-x64": "1.0.0",
          "@tool/linux-arm64-musl": "1.0.0",
          "@tool/darwin-arm64": "1.0.0",
          "@tool/linux-arm-gnueabihf": "1.0.0",
          "@tool/wasm32-wasi": "1.0.0",
        },
      },
      "node_modules/tool/node_modules/@tool/linux-x64": { version: "1.0.0" },
    });
    const common = { version: "1.0.0", dev: true, optional: true };
    expect(missingPlatformEntries(incomplete)).toEqual({
      "node_modules/@tool/linux-arm64-musl": { ...common, os: ["linux"], cpu: ["arm64"], libc: ["musl"] },
      "node_modules/@tool/darwin-arm64": { ...common, os: ["darwin"], cpu: ["arm64"] },
      "node_modules/@tool/linux-arm-gnueabihf": { ...common, os: ["linux"], cpu: ["arm"] },
      "node_modules/@tool/wasm32-wasi": { ...common, cpu: ["wasm32"] },
    });
  });

  it("shows where a package came from", () => {
    const mirrored = lockfile({
      "node_modules/a": { version: "1.0.0", resolved: "https://mirror.example/a.tgz" },
      "node_modules/b": { version: "1.0.0" },
    });
    expect(addressesIn(mirrored)).toEqual(["https://mirror.example/a.tgz"]);
  });
});
