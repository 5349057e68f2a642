import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { VouchedHead } from "#protocol/evidence/create-contradiction.ts";
import { type Head, parseNote } from "#protocol/log/head.ts";
import type { Slot } from "./tables.ts";

export function vouchedNote({ log, size, root }: Head, note: Bytes): VouchedHead {
  return { head: { log, size, root }, voucher: { kind: "note", body: { note } } };
}

/** Undefined where the note does not parse, which a verified slot's does. */
export function vouchedSlot(log: Bytes, { epoch, note, proof }: Slot): VouchedHead | undefined {
  const parsed = parseNote(note);
  if (!parsed.ok) return undefined;
  const { size, root, body } = parsed.value;
  return { head: { log, size, root }, voucher: { kind: "slot", body: { epoch, noteBody: body, proof } } };
}
