import { expect, it } from "vitest";
import { SpeedWindow } from "./speed.ts";

it("tells the speed of the last seconds, and none when nothing arrives any more", () => {
  let time = 0;
  const speed = new SpeedWindow(() => time);
  expect(speed.bytesPerSecond()).toBe(0);
  for (time = 0; time < 10_000; time += 100) speed.add(1000);
  expect(speed.bytesPerSecond()).toBeCloseTo(10_000, -3);
  time += 6_000;
  expect(speed.bytesPerSecond()).toBe(0);
  // One early answer is no speed of its own.
  speed.add(1000);
  expect(speed.bytesPerSecond()).toBe(2000);
});
