import { toHex } from "#protocol/bytes/text.ts";
import type { BlockChange, BlockName, BlockReservation } from "../store/store.ts";

/** Writes down which blocks begin and how they ended: one transaction at a time, each with all that came meanwhile. */
export interface BlockJournal {
  /** Durable when it resolves; then every `end` from before is as well. */
  readonly begin: (reservations: readonly BlockReservation[]) => Promise<void>;
  /** Goes with the next transaction: until then the reservation stands, and the disk says how it ended. */
  readonly end: (block: BlockName, isStored: boolean) => void;
}

export function createBlockJournal(record: (change: BlockChange) => Promise<void>): BlockJournal {
  let begun: BlockReservation[] = [];
  let ended = new Map<string, Ending>();
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  async function flush(): Promise<void> {
    next = undefined;
    const batch = { begun, ended };
    begun = [];
    ended = new Map();
    const endings = [...batch.ended.values()];
    try {
      await record({
        stored: endings.filter(({ isStored }) => isStored).map(({ block }) => block),
        released: endings.filter(({ isStored }) => !isStored).map(({ block }) => block),
        begun: batch.begun,
      });
    } catch (error) {
      ended = new Map([...batch.ended, ...ended]);
      throw error;
    }
  }

  return {
    begin: (reservations) => {
      begun.push(...reservations);
      if (next) return next;
      next = running.then(flush);
      running = next.catch(() => undefined);
      return next;
    },
    end: (block, isStored) => {
      ended.set(`${toHex(block.organization)} ${toHex(block.id)}`, { block, isStored });
    },
  };
}

interface Ending {
  readonly block: BlockName;
  readonly isStored: boolean;
}
