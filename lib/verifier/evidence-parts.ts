import type { Bytes } from "./bytes.ts";
import type { Cbor } from "./cbor.ts";
import { MAX_LEAF_BYTES } from "./leaf.ts";
import { MAX_NOTE_BYTES } from "./note.ts";
import { type MapProof, mapProof } from "./prefix-map.ts";
import {
  bytesUpTo,
  fields,
  hash,
  list,
  orNull,
  type Read,
  signature,
  tagged,
  uint,
  unknownTag,
} from "./read.ts";
import { MAX_RECORD_BYTES } from "./record.ts";

/** Parts that claims are made of (docs/spec/evidence.md, "Conventions"). */

export type Voucher =
  | { readonly kind: "note"; readonly note: Bytes }
  | { readonly kind: "slot"; readonly epoch: number; readonly body: Bytes; readonly proof: MapProof }
  | { readonly kind: "seen"; readonly leaf: ProvenLeaf };

export interface ProvenLeaf {
  readonly bytes: Bytes;
  readonly index: number;
  readonly path: readonly Bytes[];
}

export interface ProvenEntry {
  readonly key: Bytes;
  readonly value: Bytes | null;
  readonly proof: MapProof;
}

/** The author's registration, in the organization's log. */
export interface Registration {
  readonly head: Voucher;
  readonly leaf: ProvenLeaf;
  readonly entries: readonly ProvenEntry[];
}

/** A leaf with the one before it and entries of the map in between. */
export interface Question {
  readonly head: Voucher;
  readonly leaf: ProvenLeaf;
  readonly before: ProvenLeaf | null;
  readonly entries: readonly ProvenEntry[];
}

export const path = list(hash, 64);

export const provenLeaf: Read<ProvenLeaf> = (value) => {
  const { take } = fields(value, 3);
  return { bytes: take(1, bytesUpTo(MAX_LEAF_BYTES)), index: take(2, uint), path: take(3, path) };
};

export const provenEntry: Read<ProvenEntry> = (value) => {
  const { take } = fields(value, 3);
  return { key: take(1, hash), value: take(2, orNull(bytesUpTo(256))), proof: take(3, mapProof) };
};

export const slot = (value: Cbor) => {
  const { take } = fields(value, 3);
  return {
    kind: "slot" as const,
    epoch: take(1, uint),
    body: take(2, bytesUpTo(MAX_NOTE_BYTES)),
    proof: take(3, mapProof),
  };
};

export const voucher: Read<Voucher> = tagged((tag, body): Voucher => {
  switch (tag) {
    case 1:
      return { kind: "note", note: fields(body, 1).take(1, bytesUpTo(MAX_NOTE_BYTES)) };
    case 2:
      return slot(body);
    case 3:
      return { kind: "seen", leaf: fields(body, 1).take(1, provenLeaf) };
    default:
      return unknownTag(tag);
  }
});

export const registration: Read<Registration> = (value) => {
  const { take } = fields(value, 3);
  return { head: take(1, voucher), leaf: take(2, provenLeaf), entries: take(3, list(provenEntry, 4)) };
};

export const question: Read<Question> = (value) => {
  const { take } = fields(value, 4);
  return {
    head: take(1, voucher),
    leaf: take(2, provenLeaf),
    before: take(3, orNull(provenLeaf)),
    entries: take(4, list(provenEntry, 1024)),
  };
};

export const signedRecord = (value: Cbor) => {
  const { take } = fields(value, 2);
  return { record: take(1, bytesUpTo(MAX_RECORD_BYTES)), signature: take(2, signature) };
};

export const signedEpochRecord = (value: Cbor) => {
  const { take } = fields(value, 3);
  return { record: take(1, bytesUpTo(128)), key: take(2, hash), signature: take(3, signature) };
};

export const prefixProof = (value: Cbor) => {
  const { take } = fields(value, 2);
  return { root: take(1, hash), path: take(2, path) };
};
