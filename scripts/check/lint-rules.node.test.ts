import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ESLint } from "eslint";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "./command.ts";

/** Rule, a file's place in the tree, and a text for it that breaks the rule. */
const VIOLATIONS: readonly (readonly [rule: string, file: string, text: string])[] = [
  ["no-restricted-properties", "lib/protocol/any.ts", "export const now = Date.now();"],
  ["no-restricted-properties", "lib/protocol/any.ts", "export const dice = Math.random();"],
  ["no-restricted-syntax", "lib/protocol/any.ts", "export const today = new Date();"],
  ["no-restricted-globals", "lib/protocol/any.ts", "export const key = crypto.randomUUID();"],
  ["no-restricted-globals", "lib/client/any.ts", 'export const page = fetch("/");'],
  [
    "@typescript-eslint/switch-exhaustiveness-check",
    "lib/protocol/any.ts",
    'export function f(x: "a" | "b"): number { switch (x) { case "a": return 1; } return 2; }',
  ],
  [
    "@typescript-eslint/no-unsafe-type-assertion",
    "lib/protocol/any.ts",
    "export const f = (x: unknown): string => x as string;",
  ],
  [
    "@typescript-eslint/strict-boolean-expressions",
    "lib/protocol/any.ts",
    'export const f = (x: string): string => (x ? x : "empty");',
  ],
  [
    "@typescript-eslint/no-floating-promises",
    "lib/crypto/any.ts",
    "export function f(x: Promise<number>): void { x; }",
  ],
  ["@typescript-eslint/no-explicit-any", "lib/crypto/any.ts", "export const f = (x: any): unknown => x;"],
  ["@typescript-eslint/no-non-null-assertion", "lib/crypto/any.ts", "export const f = (x?: 1): 1 => x!;"],
  [
    "react-hooks/rules-of-hooks",
    "app/any.tsx",
    'import { useState } from "react"; export function View(p: { on: boolean }) { if (p.on) useState(1); return null; }',
  ],
  ["@next/next/no-img-element", "app/any.tsx", 'export const view = <img src="/a.png" alt="a" />;'],
];

describe("the lint rules", { timeout: 60_000 }, () => {
  const folder = writeProject(VIOLATIONS.map(([, file]) => file));
  afterAll(() => rmSync(folder, { recursive: true }));
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: join(ROOT, "eslint.config.js"),
    overrideConfig: {
      languageOptions: {
        parserOptions: {
          tsconfigRootDir: folder,
          // Under CI=true the parser takes one run per file for granted, and would read the next text as the last.
          disallowAutomaticSingleRunInference: true,
        },
      },
    },
  });

  it.each(VIOLATIONS)("%s is seen to report its violation in %s", async (rule, file, text) => {
    const [result] = await eslint.lintText(`${text}\n`, { filePath: join(folder, file) });
    expect(result?.messages.map((message) => message.ruleId)).toContain(rule);
  });

  it("report a disabling comment that disables nothing", async () => {
    const text = "// eslint-disable-next-line no-console\nexport const one = 1;\n";
    const [result] = await eslint.lintText(text, { filePath: join(folder, "lib/crypto/any.ts") });
    expect(result?.messages.some((message) => message.message.includes("Unused eslint-disable"))).toBe(true);
  });

  it("report nothing on sound code", async () => {
    const text = "export const double = (value: number): number => 2 * value;\n";
    const [result] = await eslint.lintText(text, { filePath: join(folder, "lib/crypto/any.ts") });
    expect(result?.messages).toEqual([]);
  });
});

/** A project with these files and nothing else, so that the typed rules need not read the whole source. */
function writeProject(files: readonly string[]): string {
  const project = mkdtempSync(join(tmpdir(), "lint-"));
  const compilerOptions = {
    strict: true,
    jsx: "preserve",
    lib: ["ES2023", "DOM"],
    types: [],
    target: "ES2023",
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  for (const file of files) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), "");
  }
  return project;
}
