import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { BlockQuotaExceeded, BlockQuotas } from "../ports.ts";
import type { BlockJournal } from "./block-journal.ts";

/** What one organization's blocks take, those on their way included. */
export class BlockAccount {
  readonly #organization: Bytes;
  readonly #journal: BlockJournal;
  readonly #usage: Map<string, number>;
  readonly #reservations = new Map<string, Reservation>();
  #sizeBytes: number;

  constructor(
    organization: Bytes,
    usage: readonly { readonly device: Bytes; readonly sizeBytes: number }[],
    journal: BlockJournal,
  ) {
    this.#organization = organization;
    this.#journal = journal;
    this.#usage = new Map(usage.map(({ device, sizeBytes }) => [toHex(device), sizeBytes]));
    this.#sizeBytes = usage.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** For a block that another request has on its way: whoever waits with it pays nothing. */
  join(id: Bytes): Reservation | undefined {
    const reservation = this.#reservations.get(toHex(id));
    if (reservation) reservation.holders++;
    return reservation;
  }

  /** Room for all of the blocks or for none. They MUST be neither stored nor on their way. */
  take(
    device: Bytes,
    blocks: readonly { readonly id: Bytes; readonly ciphertext: Bytes }[],
    quotas: BlockQuotas,
  ): Result<readonly Reservation[], BlockQuotaExceeded> {
    if (blocks.length === 0) return ok([]);
    const addedBytes = blocks.reduce((sum, { ciphertext }) => sum + ciphertext.length, 0);
    const usedBytes = this.#usage.get(toHex(device)) ?? 0;
    if (isBeyond(this.#sizeBytes + addedBytes, quotas.organizationBytes))
      return err({ type: "BlockQuotaExceeded", of: "organization" });
    if (isBeyond(usedBytes + addedBytes, quotas.deviceBytes))
      return err({ type: "BlockQuotaExceeded", of: "device" });
    const organization = this.#organization;
    const rows = blocks.map(({ id, ciphertext }) => ({
      organization,
      id,
      device,
      sizeBytes: ciphertext.length,
    }));
    const recorded = this.#journal.begin(rows);
    const taken = rows.map(
      ({ id, sizeBytes }): Reservation => ({ id, device, sizeBytes, recorded, holders: 1, isStored: false }),
    );
    for (const reservation of taken) this.#reservations.set(toHex(reservation.id), reservation);
    this.#add(device, addedBytes);
    return ok(taken);
  }

  /** The room is given back when nobody who waited for the block saw it stored. */
  leave(reservation: Reservation, isStored: boolean): void {
    const { id, device, sizeBytes } = reservation;
    reservation.isStored ||= isStored;
    reservation.holders--;
    if (reservation.holders > 0) return;
    this.#reservations.delete(toHex(id));
    if (!reservation.isStored) this.#add(device, -sizeBytes);
    this.#journal.end({ organization: this.#organization, id }, reservation.isStored);
  }

  #add(device: Bytes, sizeBytes: number): void {
    const name = toHex(device);
    this.#usage.set(name, (this.#usage.get(name) ?? 0) + sizeBytes);
    this.#sizeBytes += sizeBytes;
  }
}

export interface Reservation {
  readonly id: Bytes;
  /** Pays for the block. */
  readonly device: Bytes;
  readonly sizeBytes: number;
  /** Resolves when the reservation is durable. */
  readonly recorded: Promise<void>;
  holders: number;
  isStored: boolean;
}

function isBeyond(sizeBytes: number, quotaBytes: number | null): boolean {
  return quotaBytes !== null && sizeBytes > quotaBytes;
}
