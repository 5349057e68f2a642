import { expect, it } from "vitest";
import { auditEpoch, MAX_AUDITED_SIZES } from "./audit.ts";

const log = new Uint8Array(32);
const sizes = (count: number) => Array.from({ length: count }, (_, size) => size);
const request = (count: number) => ({ log, epoch: 1, fromSizes: sizes(count), keys: [] });
const reply = (count: number) => {
  const proof = { siblings: [], otherEntry: null };
  const body = { note: log, slotProof: proof, epochLeaf: log, inclusionPath: [], entries: [] };
  const seal = { record: log, signatures: [] };
  return {
    kind: "audited",
    body: { ...body, consistencyPaths: sizes(count).map(() => [log]), seal },
  } as const;
};

it("compares a checkpoint with so many sizes in one request, and with no more", () => {
  const [most, tooMany] = [MAX_AUDITED_SIZES, MAX_AUDITED_SIZES + 1];
  for (const count of [0, 1, most]) {
    const asked = auditEpoch.parseRequest(auditEpoch.encodeRequest(request(count)));
    expect(asked).toEqual({ ok: true, value: request(count) });
    const answered = auditEpoch.parseReply(auditEpoch.encodeReply(reply(count)));
    expect(answered).toEqual({ ok: true, value: reply(count) });
  }
  expect(() => auditEpoch.encodeRequest(request(tooMany))).toThrow(RangeError);
  expect(() => auditEpoch.encodeReply(reply(tooMany))).toThrow(RangeError);
});

it("does not read a request or a reply beyond that", () => {
  // One more item in the list, as another encoder would write it.
  const longer = (encoded: Uint8Array, list: readonly number[], item: readonly number[]) => {
    const text = encoded.join();
    const found = text.indexOf(list.join());
    if (found < 0) throw new Error("no such list");
    const grown = text.replace(list.join(), [(list[0] ?? 0) + 1, ...list.slice(1), ...item].join());
    return Uint8Array.from(grown.split(",").map(Number));
  };
  const asked = auditEpoch.encodeRequest(request(MAX_AUDITED_SIZES));
  const list = [0x80 + MAX_AUDITED_SIZES, ...sizes(MAX_AUDITED_SIZES)];
  expect(auditEpoch.parseRequest(longer(asked, list, [MAX_AUDITED_SIZES])).ok).toBe(false);
  const answered = auditEpoch.encodeReply(reply(MAX_AUDITED_SIZES));
  const path = [0x81, 0x58, 32, ...log];
  const paths = [0x80 + MAX_AUDITED_SIZES, ...sizes(MAX_AUDITED_SIZES).flatMap(() => path)];
  expect(auditEpoch.parseReply(longer(answered, paths, path)).ok).toBe(false);
});
