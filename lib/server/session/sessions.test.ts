import { describe, expect, it } from "vitest";
import { createSessions } from "./sessions.ts";

const caller = (fill: number) => ({
  organization: new Uint8Array(32).fill(fill),
  device: new Uint8Array(16).fill(fill),
  user: new Uint8Array(16).fill(fill),
});

function create() {
  let nowMs = 1000;
  let counter = 0;
  const sessions = createSessions({
    clock: () => nowMs,
    randomBytes: (length) => {
      const out = new Uint8Array(length);
      new DataView(out.buffer).setUint32(0, counter++);
      return out;
    },
  });
  return { sessions, wait: (ms: number) => (nowMs += ms) };
}

describe("sessions", () => {
  it("takes each challenge once, and not after a minute", () => {
    const { sessions, wait } = create();
    const first = sessions.issueChallenge();
    expect(sessions.takeChallenge(first)).toBe(true);
    expect(sessions.takeChallenge(first)).toBe(false);
    const second = sessions.issueChallenge();
    wait(60_000);
    expect(sessions.takeChallenge(second)).toBe(false);
    expect(sessions.takeChallenge(new Uint8Array(32).fill(9))).toBe(false);
  });

  it("ends a session when it has expired", () => {
    const { sessions, wait } = create();
    const { token, expiresAt } = sessions.open(caller(1));
    expect(sessions.find(token)).toEqual(caller(1));
    wait(expiresAt - 1000 - 1);
    expect(sessions.find(token)).toEqual(caller(1));
    wait(1);
    expect(sessions.find(token)).toBeUndefined();
  });

  it("keeps sixteen of one device, the newest, and does not touch another's", () => {
    const { sessions } = create();
    const other = sessions.open(caller(2));
    const tokens = Array.from({ length: 20 }, () => sessions.open(caller(1)).token);
    expect(tokens.map((token) => sessions.find(token) !== undefined)).toEqual(
      tokens.map((_token, index) => index >= 4),
    );
    expect(sessions.find(other.token)).toEqual(caller(2));
  });

  it("forgets the oldest challenges when ten thousand are waiting", () => {
    const { sessions } = create();
    const first = sessions.issueChallenge();
    for (let i = 0; i < 10_000; i++) sessions.issueChallenge();
    expect(sessions.takeChallenge(first)).toBe(false);
  });
});
