import next from "@next/eslint-plugin-next";
import { defineConfig, globalIgnores } from "eslint/config";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const TESTS = ["**/*.test.{ts,tsx}", "**/testing/**", "e2e/**"];

/** Where several layers meet, imports are dependency-cruiser's matter (.dependency-cruiser.cjs), not ESLint's. */
export default defineConfig(
  globalIgnores(["out/", ".next/", "dist/", "coverage/", "data/", "next-env.d.ts", "public/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" } },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Safety beyond the presets.
      "@typescript-eslint/no-unsafe-type-assertion": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        // A default that is needed for strings and numbers must not hide a forgotten member of a union.
        {
          considerDefaultExhaustiveForUnions: false,
          requireDefaultForNonUnion: false,
          allowDefaultCaseForExhaustiveSwitch: false,
        },
      ],
      "@typescript-eslint/strict-boolean-expressions": [
        "error",
        // An empty string, zero or null that silently counts as false is how checks get skipped.
        { allowString: false, allowNumber: false, allowNullableObject: true, allowNullableBoolean: false },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      // As for the compiler: a leading underscore says that a name is there for its place or its type.
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-console": "error",
      "no-eval": "error",
      "no-new-func": "error",
      eqeqeq: "error",

      // Presets' rules without a safety value in this code; each would only cost rewrites.
      // A number in a template has one spelling; objects and undefined stay forbidden.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => doIt()` as a handler reads better than braces and hides nothing.
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      // One spelling for both is not worth an edit.
      "@typescript-eslint/consistent-indexed-object-style": "off",
      // Both words are used: `interface` for shapes with a name of their own, `type` for unions and derived types.
      "@typescript-eslint/consistent-type-definitions": "off",
      // An `async` function keeps an interface uniform and turns a throw into a rejection.
      "@typescript-eslint/require-await": "off",
      // Indexed access is already checked by noUncheckedIndexedAccess; plain loops over bytes are often clearer.
      "@typescript-eslint/prefer-for-of": "off",
    },
  },
  {
    files: ["lib/protocol/**/*.ts"],
    ignores: TESTS,
    rules: {
      "no-restricted-globals": [
        "error",
        ...[
          "fetch",
          "crypto",
          "process",
          "console",
          "setTimeout",
          "setInterval",
          "performance",
          "globalThis",
        ].map((name) => ({ name, message: "lib/protocol is pure: time, randomness and IO are parameters." })),
      ],
      "no-restricted-properties": [
        "error",
        {
          object: "Date",
          property: "now",
          message: "lib/protocol has no clock: take the time as a parameter.",
        },
        { object: "Math", property: "random", message: "lib/protocol has no randomness: take RandomBytes." },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: "lib/protocol has no clock: take the time as a parameter.",
        },
        { selector: "CallExpression[callee.name='Date']", message: "lib/protocol has no clock." },
      ],
    },
  },
  {
    // One place talks to the network, so one place checks sizes, timeouts and origins.
    files: ["app/**/*.{ts,tsx}", "lib/{client,ui}/**/*.{ts,tsx}"],
    ignores: ["lib/client/transport/**", ...TESTS],
    rules: {
      "no-restricted-globals": [
        "error",
        ...["fetch", "XMLHttpRequest", "WebSocket", "EventSource"].map((name) => ({
          name,
          message: "Only lib/client/transport talks to the network.",
        })),
      ],
    },
  },
  {
    files: ["app/**/*.{ts,tsx}", "lib/ui/**/*.{ts,tsx}"],
    extends: [reactHooks.configs.flat["recommended-latest"]],
    plugins: { "@next/next": next },
    rules: { ...next.configs.recommended.rules, ...next.configs["core-web-vitals"].rules },
  },
  {
    files: TESTS,
    rules: {
      // A test takes reports, pages and deliberately broken input apart; what it gets wrong shows as a failure.
      "@typescript-eslint/no-unsafe-type-assertion": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      // Matchers and empty callbacks are the idiom of the test runners.
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-empty-function": "off",
    },
  },
  {
    // Programs for a terminal talk to it.
    files: ["scripts/**", "bench/**", "e2e/**", "lib/server/main.ts"],
    rules: { "no-console": "off" },
  },
  {
    // Plain JavaScript (configuration, and what must run without a compiler) is outside the TypeScript project.
    files: ["**/*.{js,mjs,cjs}"],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
