import { expect, it } from "vitest";
import { createAdmission } from "./admission.ts";

it("lets a large upload through, and stops a flood of session openings", () => {
  let nowMs = 0;
  const admit = createAdmission(() => nowMs);
  for (let file = 0; file < 5000; file++) {
    expect(admit({ command: "put-blocks", client: "a" }) && admit({ command: "append", client: "a" })).toBe(
      true,
    );
  }
  nowMs += 60_000;
  const opened = Array.from({ length: 2000 }, () => admit({ command: "open-session", client: "a" }));
  expect(opened.filter(Boolean)).toHaveLength(500);
  expect(admit({ command: "append", client: "a" })).toBe(true);
  expect(admit({ command: "open-session", client: "b" })).toBe(true);
});
