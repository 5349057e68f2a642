import { crc32, deflateRawSync } from "node:zlib";
import { makeZip } from "client-zip";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readProofFile } from "./proof-file.ts";

const EVIDENCE = Uint8Array.from({ length: 5_000 }, (_, index) => index % 7);

async function zip(...files: readonly { readonly name: string; readonly input: Uint8Array | string }[]) {
  const response = new Response(
    makeZip(
      files.map(({ name, input }) => ({
        name,
        input: typeof input === "string" ? input : new Uint8Array(input),
        lastModified: new Date(0),
      })),
    ),
  );
  return new Uint8Array(await response.arrayBuffer());
}

/** One deflated entry, as other programs write it. */
function deflated(announced = EVIDENCE.length): Uint8Array {
  const packed = deflateRawSync(EVIDENCE);
  const name = Buffer.from("evidence.cbor");
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(8, 4);
  header.writeUInt32LE(crc32(EVIDENCE), 10);
  header.writeUInt32LE(packed.length, 14);
  header.writeUInt32LE(announced, 18);
  header.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), header, name, packed]);
  const central = Buffer.concat([
    Buffer.from("PK\u0001\u0002"),
    Buffer.from([20, 0]),
    header,
    Buffer.alloc(14),
    name,
  ]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return new Uint8Array(Buffer.concat([local, central, Buffer.from("PK\u0005\u0006"), end]));
}

describe("a proof file", () => {
  it("gives its evidence, whatever else is in it", async () => {
    const file = await zip(
      { name: "README.txt", input: "read me" },
      { name: "evidence.cbor", input: EVIDENCE },
      { name: "report.html", input: "<p>" },
    );
    expect(await readProofFile(file)).toEqual({ ok: true, evidence: EVIDENCE });
  });

  it("may be compressed", async () => {
    expect(await readProofFile(deflated())).toEqual({ ok: true, evidence: EVIDENCE });
  });

  it("may be the evidence itself", async () => {
    expect(await readProofFile(EVIDENCE)).toEqual({ ok: true, evidence: EVIDENCE });
  });

  it("holds exactly one evidence", async () => {
    const entry = { name: "evidence.cbor", input: EVIDENCE };
    const failed = { ok: false, error: "noSingleEvidence" };
    expect(await readProofFile(await zip({ name: "a.txt", input: "a" }))).toEqual(failed);
    expect(await readProofFile(await zip(entry, entry))).toEqual(failed);
  });

  it("never gives more than it announces", async () => {
    expect(await readProofFile(deflated(100))).toEqual({ ok: false, error: "damagedArchive" });
    expect(await readProofFile(deflated(40 * 1024 * 1024))).toEqual({ ok: false, error: "tooLarge" });
  });

  it("never throws, whichever of its bytes is changed", async () => {
    const [stored, packed] = [await zip({ name: "evidence.cbor", input: EVIDENCE }), deflated()];
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.nat(), fc.nat({ max: 255 }), async (isStored, place, byte) => {
        const file = isStored ? stored : packed;
        const read = await readProofFile(file.with(place % file.length, byte));
        if (read.ok && read.evidence.length === EVIDENCE.length) expect(read.evidence).toEqual(EVIDENCE);
      }),
      { numRuns: 500 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (tail) => {
        await readProofFile(Uint8Array.of(0x50, 0x4b, ...tail));
      }),
    );
  });
});
