import fc from "fast-check";
import { expect, it } from "vitest";
import type { CheckCode, TrustState } from "#client/engine.ts";
import { en } from "../messages/en.ts";
import { fr } from "../messages/fr.ts";
import { doubtOf } from "./reason-words.ts";

const CODES: readonly CheckCode[] = ["I1", "I2", "I3", "E1", "E2", "E3", "E4", "E5", "E6"];
const STATES: readonly TrustState[] = ["stale", "suspect", "partial", "pending"];

/** Whatever a ledger client, a transport or a check calls what it found; and what stands against words' own names. */
const DETAILS = [
  ...Object.keys(en.doubts.about),
  ...Object.keys(en.doubts.withheld).map((proof) => `ProofsWithheld: ${proof}`),
  "LedgerEpochsShrank",
  "LedgerEpochRewritten",
  "LedgerSilentOnDeployment",
  "LedgerEpochMissing",
  "LedgerRefused: StatementRefused",
  "BundleBehindTrust",
  "HeightNeeded",
  "ServerFailed",
  "ServerTimedOut",
  "ReplyMalformed",
  "HeadInconsistent",
  "AuthorityWithheld",
  "constructor",
  "",
];

function textAt(messages: object, path: string): unknown {
  return path.split(".").reduce<unknown>((node, key) => Reflect.get(Object(node), key), messages);
}

it("tells every reason in a sentence of both languages, never by its code", () => {
  const details = fc.oneof(fc.constantFrom(...DETAILS), fc.string());
  fc.assert(
    fc.property(fc.constantFrom(...CODES), fc.constantFrom(...STATES), details, (code, state, detail) => {
      const doubt = doubtOf({ code, state, detail, workspace: null, since: 0 });
      for (const messages of [en.doubts, fr.doubts]) {
        const words = textAt(messages, doubt);
        expect(words, doubt).toMatch(/^\p{Lu}.* .*\.$/u);
        expect(words).not.toMatch(/[a-z][A-Z]|[{}]/);
      }
    }),
    { numRuns: 1000 },
  );
});

it.each([
  ["LedgerEpochsShrank", "suspect", "about.LedgerOlder"],
  ["BundleBehindTrust", "stale", "about.LedgerOlder"],
  ["ServerOlder", "suspect", "about.ServerOlder"],
  ["DeviceUnknown", "suspect", "about.DeviceUnknown"],
  ["LedgerRefused: SignatureInvalid", "suspect", "about.LedgerForged"],
  ["ProofsWithheld: replay", "suspect", "withheld.replay"],
  ["ServerUnreachable", "stale", "unreachable"],
] as const)("tells %s (%s) by its own words", (detail, state, words) => {
  expect(doubtOf({ code: "E3", state, detail, workspace: null, since: 0 })).toBe(words);
});

it("puts no code into the words for an error", () => {
  expect(JSON.stringify([en.errors, fr.errors])).not.toMatch(/\{(detail|reason|code)\}/);
});
