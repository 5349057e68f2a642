import fc from "fast-check";
import { expect, it } from "vitest";
import { testSuite as suite } from "../log/testing/test-suite.ts";
import { decryptWorkspaceName, encryptWorkspaceName } from "./workspace-name.ts";

const log = new Uint8Array(32).fill(1);
const key = new Uint8Array(32).fill(2);
const randomBytes = (length: number) => new Uint8Array(length).fill(3);
const refused = { ok: false, error: { type: "WorkspaceNameNotAuthentic" } };

it("opens in its log under its key index only", () => {
  const sealed = encryptWorkspaceName(suite, randomBytes, "Fälle ⚖", log, 4, key);
  expect(decryptWorkspaceName(suite, sealed, log, 4, key)).toEqual({ ok: true, value: "Fälle ⚖" });
  expect(decryptWorkspaceName(suite, sealed, log, 5, key)).toEqual(refused);
  expect(decryptWorkspaceName(suite, sealed, key, 4, key)).toEqual(refused);
});

it("never throws on garbage", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(decryptWorkspaceName(suite, bytes, log, 0, key)).toEqual(refused);
    }),
  );
});
