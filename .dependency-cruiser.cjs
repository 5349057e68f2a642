/**
 * The architecture as rules (docs/architecture.md). Every rule is shown to bite by
 * scripts/check/architecture.node.test.ts.
 */

/** Tests may bring layers together that the product keeps apart. */
// Commands that run tests or hostile servers are tests, though they are started by hand.
const TESTS = "[.]test[.]tsx?$|/testing/|^e2e/|^bench/|^scripts/(vectors|adversary|mallory|bench)[.]ts$";

const layers = [
  {
    name: "protocol-is-closed",
    comment: "The core points nowhere: bytes in, bytes out.",
    from: { path: "^lib/protocol/", pathNot: TESTS },
    to: { pathNot: "^lib/protocol/|^node_modules/(cborg|@noble/(curves|hashes))/" },
  },
  {
    name: "crypto-knows-only-protocol",
    comment: "A CryptoSuite implements the core's interface and nothing more.",
    from: { path: "^lib/crypto/", pathNot: TESTS },
    to: { path: "^(app|lib|workers|scripts)/", pathNot: "^lib/(crypto|protocol)/" },
  },
  {
    name: "client-knows-only-protocol",
    comment:
      "The device engine shares no code with the server or the ledger that it checks: the security argument.",
    from: { path: "^lib/client/", pathNot: TESTS },
    to: { path: "^(app|lib|workers|scripts)/", pathNot: "^lib/(client|protocol)/" },
  },
  {
    name: "ledger-knows-only-protocol",
    from: { path: "^lib/ledger/", pathNot: TESTS },
    to: { path: "^(app|lib|workers|scripts)/", pathNot: "^lib/(ledger|protocol)/" },
  },
  {
    name: "server-knows-only-protocol-and-ledger",
    comment: "The crypto suite is handed in by lib/server/main.ts, the server's composition root.",
    from: { path: "^lib/server/", pathNot: `^lib/server/main[.]ts$|${TESTS}` },
    to: { path: "^(app|lib|workers|scripts)/", pathNot: "^lib/(server|ledger|protocol)/" },
  },
  {
    name: "server-main-is-a-composition-root",
    from: { path: "^lib/server/main[.]ts$" },
    to: { path: "^(app|lib|workers|scripts)/", pathNot: "^lib/(server|ledger|protocol|crypto)/" },
  },
  {
    name: "workers-compose-client-and-crypto",
    comment: "The audit's worker also hands in the independent verifier.",
    from: { path: "^workers/", pathNot: TESTS },
    to: { path: "^(app|lib|scripts)/", pathNot: "^lib/(client|crypto|protocol|verifier)/" },
  },
  {
    name: "ui-knows-only-client",
    comment: "Views and screens reach the engine through lib/client; workers are named by URL only.",
    from: { path: "^lib/ui/", pathNot: TESTS },
    to: { path: "^(app|lib|workers|scripts)/", pathNot: "^lib/(ui|client|protocol)/" },
  },
  {
    name: "app-composes-ui-and-client",
    comment: "/verify shows the independent verifier.",
    from: { path: "^app/", pathNot: TESTS },
    to: { path: "^(lib|workers|scripts)/", pathNot: "^lib/(ui|client|protocol|verifier)/|^workers/" },
  },
  {
    name: "screens-take-only-types-from-protocol",
    comment: "No rule of the protocol is decided on a screen.",
    from: { path: "^(app|lib/ui)/", pathNot: TESTS },
    to: { path: "^lib/protocol/", dependencyTypesNot: ["type-only"] },
  },
  {
    name: "verifier-stands-alone",
    comment:
      "It must be able to contradict the rest, so it shares nothing with it: WebCrypto and its own files only.",
    from: { path: "^lib/verifier/", pathNot: TESTS },
    to: { pathNot: "^lib/verifier/" },
  },
  {
    name: "scripts-are-not-a-library",
    from: { path: "^(app|lib|workers)/" },
    to: { path: "^(scripts|e2e|bench)/" },
  },
  {
    name: "test-support-stays-in-tests",
    from: { pathNot: TESTS },
    to: { path: "[.]test[.]tsx?$|/testing/|^lib/crypto/noble-(?:block-)?suite[.]ts$" },
  },
];

/** One home per library: replacing it means changing one folder. */
const homes = [
  { library: "dexie", packages: "dexie", home: "^lib/client/storage/" },
  { library: "databases", packages: "pg|libsql|kysely", home: "^lib/server/store/" },
  { library: "object-storage", packages: "@aws-sdk|@smithy", home: "^lib/server/block-store/" },
  { library: "product-crypto", packages: "libsodium|libsodium-wrappers|hash-wasm", home: "^lib/crypto/" },
  { library: "noble", packages: "@noble", home: "^lib/(protocol|crypto)/" },
  { library: "cbor", packages: "cborg", home: "^lib/protocol/codec/" },
  { library: "comlink", packages: "comlink", home: "^(lib/client/worker|workers)/" },
  {
    library: "react",
    packages: "react|react-dom|react-aria-components|use-intl|next|@tanstack/react-query",
    home: "^(app|lib/ui)/",
  },
].map(({ library, packages, home }) => ({
  name: `one-home-for-${library}`,
  from: { path: "^(app|lib|workers|scripts)/", pathNot: `${home}|${TESTS}` },
  to: { path: `^node_modules/(@types/)?(${packages})/` },
}));

const hygiene = [
  {
    name: "no-circular",
    comment: "Of code that runs: a cycle closed by types alone has no order of loading that could go wrong.",
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
  },
  {
    name: "no-orphans",
    comment: "A module that neither imports nor is imported is dead, or its tests are missing.",
    from: {
      orphan: true,
      pathNot: [
        "[.]d[.]ts$",
        "^[^/]+[.](js|cjs|mjs|ts)$",
        "^app/.*(page|layout|not-found|error)[.]tsx$",
        "^scripts/[^/]+$",
        // Built into a file of its own by scripts/build.mjs, and needs nothing.
        "^lib/ui/boot/boot[.]ts$",
      ],
    },
    to: {},
  },
  { name: "not-to-unresolvable", from: {}, to: { couldNotResolve: true } },
  {
    name: "not-to-undeclared-package",
    from: {},
    to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
  },
  {
    name: "product-needs-no-dev-dependency",
    from: { path: "^(app|lib|workers)/", pathNot: `${TESTS}|^lib/crypto/noble-(?:block-)?suite[.]ts$` },
    to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "^node_modules/@types/" },
  },
];

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [...layers, ...homes, ...hygiene].map((rule) => ({ severity: "error", ...rule })),
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    // Sees `import type` too, and marks it as such.
    tsPreCompilationDeps: true,
    doNotFollow: { path: "^node_modules/" },
    exclude: { path: "^(out|[.]next|dist|coverage|data)/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      mainFields: ["module", "main", "types", "typings"],
    },
  },
};
