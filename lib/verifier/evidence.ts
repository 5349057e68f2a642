import type { Anchor } from "./anchor.ts";
import type { Bytes } from "./bytes.ts";
import type { Cbor } from "./cbor.ts";
import {
  path,
  prefixProof,
  provenEntry,
  provenLeaf,
  question,
  registration,
  signedEpochRecord,
  signedRecord,
  slot,
  voucher,
} from "./evidence-parts.ts";
import { MAX_BUNDLE_BYTES } from "./ledger.ts";
import { MAX_NOTE_BYTES } from "./note.ts";
import { mapProof } from "./prefix-map.ts";
import {
  attempt,
  bytesUpTo,
  exactly,
  fields,
  hash,
  id,
  list,
  orNull,
  type Read,
  readBytes,
  signature,
  tagged,
  text,
  uint,
  unknownTag,
  word,
} from "./read.ts";

/** The form of an evidence file (docs/spec/evidence.md). */

export const MAX_EVIDENCE_BYTES = 32 * 1024 * 1024;

export type Evidence = NonNullable<ReturnType<typeof parseEvidence>>;
export type Claim = ReturnType<typeof claimOf>;
export type ClaimOf<K extends Claim["kind"]> = Extract<Claim, { readonly kind: K }>;

/** Undefined for bytes that are no evidence. */
export function parseEvidence(encoded: Bytes) {
  return attempt(() =>
    readBytes(encoded, MAX_EVIDENCE_BYTES, (value) => {
      const { take } = fields(value, 8);
      take(1, exactly(1));
      take(7, orNull(id));
      return {
        anchor: take(2, anchor),
        bundles: take(3, list(bytesUpTo(MAX_BUNDLE_BYTES), 4)),
        organization: take(4, hash),
        log: take(5, hash),
        claim: take(6, tagged(claimOf)),
        genesis: take(8, orNull(signedRecord)),
      };
    }),
  );
}

const anchor: Read<Anchor> = (value) => {
  const { take } = fields(value, 4);
  return {
    chainId: take(1, text(50)),
    height: take(2, uint),
    headerHash: take(3, hash),
    deployment: take(4, hash),
  };
};

const divergence = tagged((tag, body) => {
  switch (tag) {
    case 1:
      return { kind: "prefix", ...prefixProof(body) } as const;
    case 2: {
      const { take } = fields(body, 2);
      return { kind: "leaves", a: take(1, provenLeaf), b: take(2, provenLeaf) } as const;
    }
    case 3:
      return { kind: "beyondSeal", leaf: fields(body, 1).take(1, provenLeaf) } as const;
    default:
      return unknownTag(tag);
  }
});

/** Kept with its encoding, over which hashes and signatures go. */
function withValue<T>(read: Read<T>): Read<{ readonly encoded: Cbor; readonly parsed: T }> {
  return (value) => ({ encoded: value, parsed: read(value) });
}

const readItem = (value: Cbor) => {
  const { take } = fields(value, 2);
  return { manifest: take(1, id), version: take(2, orNull(uint)) };
};

const readResult = (value: Cbor) => {
  const { take } = fields(value, 5);
  take(3, uint);
  take(4, hash);
  take(5, hash);
  return { status: take(1, word("found", "deleted", "absent")), version: take(2, uint) };
};

const refusal = (value: Cbor) => {
  const { take } = fields(value, 2);
  const statement = take(
    1,
    withValue((inner) => {
      const parts = fields(inner, 5);
      return {
        log: parts.take(1, hash),
        recordHash: parts.take(2, hash),
        status: parts.take(
          3,
          word(
            "badSignature",
            "unknownOrRevoked",
            "notMember",
            "outOfStep",
            "seenNotPrefix",
            "contentMissing",
            "tooLarge",
            "busy",
            "malformed",
            "foreignLog",
            "sealedNotTrue",
          ),
        ),
        note: parts.take(4, bytesUpTo(MAX_NOTE_BYTES)),
        key: parts.take(5, hash),
      };
    }),
  );
  return { statement, signature: take(2, signature) };
};

function claimOf(tag: number, body: Cbor) {
  switch (tag) {
    case 1: {
      const { take } = fields(body, 3);
      return {
        kind: "contradiction",
        a: take(1, voucher),
        b: take(2, voucher),
        divergence: take(3, divergence),
      } as const;
    }
    case 2: {
      const { take } = fields(body, 7);
      const opening = take(3, (value) => {
        const parts = fields(value, 2);
        return { nonce: parts.take(1, id), items: parts.take(2, withValue(list(readItem, 256))) };
      });
      return {
        kind: "staleRead",
        head: take(1, voucher),
        read: take(2, provenLeaf),
        opening,
        results: take(4, withValue(list(readResult, 256))),
        item: take(5, uint),
        later: take(6, provenLeaf),
        entry: take(7, provenEntry),
      } as const;
    }
    case 3:
      return { kind: "mapLie", question: question(body) } as const;
    case 4: {
      const { take } = fields(body, 4);
      return {
        kind: "invalidLeaf",
        question: take(1, question),
        reason: take(
          2,
          word(
            "notCanonical",
            "badSignature",
            "foreignLog",
            "outOfStep",
            "seenNotTrue",
            "outcomeWrong",
            "expiredApplied",
            "unauthorised",
            "stampNotMonotone",
            "indexWrong",
          ),
        ),
        registration: take(3, orNull(registration)),
        prefix: take(4, orNull(prefixProof)),
      } as const;
    }
    case 5: {
      const { take } = fields(body, 2);
      const later = take(2, (value) => {
        const parts = fields(value, 2);
        return { epoch: parts.take(1, uint), proof: parts.take(2, mapProof) };
      });
      return { kind: "missingSlot", earlier: take(1, slot), later } as const;
    }
    case 6: {
      const { take } = fields(body, 2);
      return {
        kind: "twoEpochRecords",
        a: take(1, signedEpochRecord),
        b: take(2, orNull(signedEpochRecord)),
      } as const;
    }
    case 7: {
      const { take } = fields(body, 6);
      return {
        kind: "refusalContradicted",
        refusal: take(1, refusal),
        signed: take(2, signedRecord),
        last: take(3, provenLeaf),
        entries: take(4, list(provenEntry, 4)),
        registration: take(5, orNull(registration)),
        path: take(6, path),
      } as const;
    }
    case 8: {
      const { take } = fields(body, 2);
      return { kind: "overdueEpoch", epoch: take(1, uint), graceMs: take(2, uint) } as const;
    }
    default:
      return unknownTag(tag);
  }
}
