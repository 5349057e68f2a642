/**
 * `npm run graph`: draws which folder imports which, from the source as it is, into docs/architecture-graph.md.
 * With `--check` writes nothing and fails if the file is out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import extractTypeScriptConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { ROOT } from "./check/command.ts";
import { drawGraph, type Import } from "./check/graph.ts";

const FILE = join(ROOT, "docs/architecture-graph.md");
const PRODUCT = ["app", "lib", "workers"];

const imports = await readImports();
const page = `# Which folder imports which

Drawn from the source by \`npm run graph\`; the check fails when it is out of date. A dotted arrow carries types
only, nothing that runs. Tests are left out. The rules behind it are in \`.dependency-cruiser.cjs\`.

## The parts

${drawGraph(imports, partOf)}
## Inside the core

${drawGraph(imports, (path) => folderInside("lib/protocol", path))}
## Inside the device engine

${drawGraph(imports, (path) => folderInside("lib/client", path))}
## Inside the metadata server

${drawGraph(imports, (path) => folderInside("lib/server", path))}`;

if (!process.argv.includes("--check")) {
  writeFileSync(FILE, page);
} else if (readCurrent() !== page) {
  console.error("docs/architecture-graph.md is out of date: run `npm run graph` and commit the result");
  process.exitCode = 1;
}

async function readImports(): Promise<readonly Import[]> {
  const { output } = await cruise(
    PRODUCT,
    {
      baseDir: ROOT,
      tsPreCompilationDeps: true,
      doNotFollow: { path: "^node_modules/" },
      exclude: { path: "[.]test[.]tsx?$|/testing/|^lib/crypto/noble-(?:block-)?suite[.]ts$" },
    },
    {
      extensions: [".ts", ".tsx"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
    { tsConfig: extractTypeScriptConfig(join(ROOT, "tsconfig.json")) },
  );
  if (typeof output === "string")
    throw new Error("dependency-cruiser answered with text, not with its result");
  return output.modules.flatMap((module) =>
    module.dependencies.map((dependency) => ({
      from: module.source,
      to: dependency.resolved,
      typeOnly: dependency.dependencyTypes.includes("type-only"),
    })),
  );
}

function partOf(path: string): string | undefined {
  return /^(app|workers|lib\/[^/]+)\//.exec(path)?.[1];
}

function folderInside(part: string, path: string): string | undefined {
  if (!path.startsWith(`${part}/`)) return undefined;
  const segments = path.slice(part.length + 1).split("/");
  return segments.length > 1 ? segments[0] : undefined;
}

function readCurrent(): string | undefined {
  try {
    return readFileSync(FILE, "utf8");
  } catch {
    return undefined;
  }
}
