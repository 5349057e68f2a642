import type { Verdict } from "#verifier/verdict.ts";
import type { Expectation } from "./expectations.ts";
import type { Attack } from "./mallory/attacks.ts";
import type { AttackReport } from "./world/scenario.ts";

export interface Row {
  readonly attack: Attack;
  readonly expected: Expectation;
  readonly isWithholding: boolean;
  readonly report: AttackReport;
  readonly shortfalls: readonly string[];
}

const COLUMNS = [
  "#",
  "attack",
  "proofs",
  "expected",
  "raised by",
  "when",
  "verdict",
  "evidence",
  "",
] as const;

export const TABLE_HEAD: readonly string[] = COLUMNS;

export function cellsOf({ attack, expected, isWithholding, report, shortfalls }: Row): readonly string[] {
  const { raised, red, verdict, lastVerdict, evidence } = report;
  const when =
    raised === null
      ? "–"
      : red === null || red === raised.phase
        ? raised.phase
        : `${raised.phase}, red ${red}`;
  return [
    String(attack.number),
    attack.title,
    isWithholding ? "withheld" : "given",
    `${expected.checks.join("/")} ${isWithholding || !expected.evidence ? expected.amber : expected.evidence.kind}`,
    raised ? `${raised.check} ${raised.detail}` : "nothing",
    when,
    verdict === lastVerdict ? verdict : `${verdict}, then ${lastVerdict}`,
    evidence.length > 0 ? evidence.map(evidenceWords).join("; ") : "none",
    shortfalls.length === 0 ? "ok" : `SHORT: ${shortfalls.join("; ")}`,
  ];
}

function evidenceWords(judged: Verdict): string {
  const accused = "accused" in judged ? ` accuses ${judged.accused.role}` : "";
  return `${judged.kind ?? "unreadable"} ${judged.outcome}${accused}`;
}

/** Columns as wide as their widest cell. */
export function layOut(rows: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? "").length)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
