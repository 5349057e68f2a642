import { expect, it } from "vitest";
import type { PeriodCheck } from "#client/engine.ts";
import { sameChecks } from "./same-checks.ts";

const check = (over: Partial<PeriodCheck>): PeriodCheck => ({
  code: "E1",
  state: "verified",
  workspace: "a1",
  workspaceName: "Cases",
  detail: "",
  coverage: null,
  ...over,
});

it("names each record once where a check came out alike", () => {
  const checks = [
    check({ workspace: "o", workspaceName: "" }),
    check({ workspace: "p", workspaceName: "" }),
    check({ code: "E3" }),
    check({}),
    check({ code: "E5", workspace: null, workspaceName: "" }),
  ];
  expect(sameChecks(checks).map(({ check: { code }, names }) => [code, names])).toEqual([
    ["E1", ["", "Cases"]],
    ["E3", ["Cases"]],
    ["E5", []],
  ]);
});

it("keeps apart what came out differently, and what is still being counted", () => {
  const counting = (workspace: string) =>
    check({ code: "E6", state: "pending", workspace, coverage: { done: 1, total: 2 } });
  const checks = [check({}), check({ state: "suspect" }), counting("a1"), counting("b2")];
  expect(sameChecks(checks)).toHaveLength(4);
});
