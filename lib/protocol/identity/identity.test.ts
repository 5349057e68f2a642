import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryLog, namedBytes } from "../log/testing/memory-log.ts";
import { testSuite as suite } from "../log/testing/test-suite.ts";
import { unwrap } from "../result.ts";
import { keyCommitmentOf, openKeyRing, sealKeyRing } from "./key-ring.ts";
import { createOrganizationBirth, firstUserBoxSecretKey } from "./organization-birth.ts";
import { openProfile, sealProfile } from "./profile.ts";

const key = (name: string) => namedBytes(suite, name);
const randomBytes = (length: number) => new Uint8Array(length).fill(3);

describe("an organization's birth", () => {
  const birth = createOrganizationBirth(suite, randomBytes, {
    deployment: key("deployment"),
    rootSecretKey: key("root"),
    deviceSecretKey: key("device"),
    organizationKey: key("names"),
    user: key("alice").slice(0, 16),
    organizationName: "Lawyers",
    userName: "Alice",
    deviceLabel: "Laptop",
    incarnation: randomBytes(16),
    sealedEpoch: -1,
    sealedHash: new Uint8Array(32),
    clientTime: 5,
  });

  it("is what an honest log applies", () => {
    const identity = {
      id: birth.organization,
      kind: "organization",
      organization: birth.organization,
    } as const;
    const log = new MemoryLog(suite, identity, null, key("instance"));
    for (const record of birth.records) expect(unwrap(log.append(record)).outcome).toBe("applied");
  });

  it("names nobody in clear", () => {
    for (const { record } of birth.records) {
      expect(new TextDecoder("latin1").decode(record)).not.toMatch(/Lawyers|Alice|Laptop/);
    }
    expect(birth.profiles.map((profile) => unwrap(openProfile(suite, profile, key("names"))).name)).toEqual([
      "Lawyers",
      "Alice",
      "Laptop",
    ]);
  });
});

describe("key rings", () => {
  const log = key("log");
  const boxSecretKey = firstUserBoxSecretKey(suite, key("root"));
  const ring = { v: 1, keys: [key("k0"), key("k1")], isPersonal: false, head: new Uint8Array(0) } as const;
  const sealed = sealKeyRing(suite, ring, suite.boxKeyOf(boxSecretKey));
  const commitments = ring.keys.map((k, index) => keyCommitmentOf(suite, log, index, k));
  const open = (change: object) =>
    openKeyRing(suite, { log, ...sealed, boxSecretKey, commitments, ...change });

  it("open for their member", () => {
    expect(open({})).toEqual({ ok: true, value: ring });
  });

  it("are refused when the server puts another in their place", () => {
    const forged = sealKeyRing(suite, { ...ring, keys: [key("evil")] }, suite.boxKeyOf(boxSecretKey));
    expect(open({ ciphertext: forged.ciphertext })).toEqual({ ok: false, error: { type: "RingHashWrong" } });
    expect(open(forged)).toEqual({ ok: false, error: { type: "RingKeyNotCommitted", keyIndex: 0 } });
    expect(open({ boxSecretKey: key("bob") })).toEqual({ ok: false, error: { type: "RingNotForMe" } });
    expect(open({ log: key("other log") })).toEqual({
      ok: false,
      error: { type: "RingKeyNotCommitted", keyIndex: 1 },
    });
  });
});

describe("profiles", () => {
  it("refuses garbage and foreign blobs", () => {
    const sealed = sealProfile(suite, randomBytes, "Alice", key("names"));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (ciphertext) => {
        expect(openProfile(suite, { ...sealed, ciphertext }, key("names")).ok).toBe(false);
      }),
    );
    expect(openProfile(suite, { ...sealed, hash: key("other") }, key("names")).ok).toBe(false);
  });
});
