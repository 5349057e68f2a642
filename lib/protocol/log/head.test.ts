import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../bytes/text.ts";
import { encodeNoteBody, parseNote, parseNoteBody, signNote, verifyNote } from "./head.ts";
import { flipBit, namedBytes } from "./testing/memory-log.ts";
import { testSuite as suite } from "./testing/test-suite.ts";

const secret = namedBytes(suite, "instance");
const key = suite.verifyKeyOf(secret);
const head = { log: namedBytes(suite, "log"), size: 42, root: namedBytes(suite, "root") };
const note = signNote(suite, head, secret);

describe("heads", () => {
  it("are C2SP notes with three lines of body and one signature", () => {
    const text = new TextDecoder().decode(note);
    expect(text).toMatch(
      /^holdfast\/v1\/[\w-]{43}\n42\n[\w+/]{43}=\n\n— holdfast\/v1\/instance\/[\w-]{22} [\w+/=]{92}\n$/u,
    );
  });

  it("verify under the instance's key and no other", () => {
    expect(verifyNote(suite, note, [key])).toMatchObject({ ok: true, value: { ...head, instanceKey: key } });
    const other = suite.verifyKeyOf(namedBytes(suite, "other"));
    expect(verifyNote(suite, note, [other])).toEqual({ ok: false, error: { type: "NoteSignerUnknown" } });
    expect(verifyNote(suite, note, [])).toEqual({ ok: false, error: { type: "NoteSignerUnknown" } });
  });

  it("are refused with any bit changed", () => {
    fc.assert(
      fc.property(fc.nat(note.length * 8 - 1), (bit) => {
        expect(verifyNote(suite, flipBit(note, bit), [key]).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it("have one spelling", () => {
    const text = new TextDecoder().decode(note);
    for (const changed of [
      text.replace("42", "042"),
      `${text}\n`,
      text.replace("\n\n", "\n\n\n"),
      text.trimEnd(),
    ]) {
      expect(parseNote(encodeUtf8(changed))).toEqual({ ok: false, error: { type: "NoteMalformed" } });
    }
  });

  it("never make the parser throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (garbage) => {
        expect(parseNote(garbage).ok).toBe(false);
      }),
    );
  });

  it("round-trip their body", () => {
    expect(parseNoteBody(encodeNoteBody(head))).toEqual({ ok: true, value: head });
  });
});
