import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { BlockIntake, BlockQuotaExceeded, BlockQuotas, BlockStore, BlockStoreError } from "../ports.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import { BlockAccount, type Reservation } from "./block-account.ts";
import { createBlockJournal } from "./block-journal.ts";
import { Semaphore } from "./semaphore.ts";

export interface BlockIntakeOptions {
  /** This process MUST be the only one that writes to it. */
  readonly store: Pick<Store, "blockUsage" | "blockReservations" | "recordBlocks">;
  readonly blockStore: Pick<BlockStore, "put" | "has">;
  readonly quotas: BlockQuotas;
}

/**
 * Room is taken in memory and written down before the bytes are, and given back where they were not stored. The usage
 * of an organization is read once in the life of the process; a put with new blocks costs one transaction, which also
 * says how earlier ones ended.
 */
export function createBlockIntake({ store, blockStore, quotas }: BlockIntakeOptions): BlockIntake {
  const journal = createBlockJournal(store.recordBlocks);
  const accounts = new Map<string, Promise<OpenAccount>>();

  const accountOf = (organization: Bytes): Promise<OpenAccount> => {
    const name = toHex(organization);
    const known = accounts.get(name);
    if (known) return known;
    const opened = openAccount(organization);
    accounts.set(name, opened);
    opened.catch(() => accounts.delete(name));
    return opened;
  };

  /** What a process that died left open is settled by what is on the disk. */
  async function openAccount(organization: Bytes): Promise<OpenAccount> {
    const left = await store.blockReservations(organization);
    for (const { id } of left) {
      const found = await blockStore.has(organization, id);
      if (!found.ok) throw new StoreError(`block storage: ${found.error.type}`);
      journal.end({ organization, id }, found.value);
    }
    if (left.length > 0) await journal.begin([]);
    const account = new BlockAccount(organization, await store.blockUsage(organization), journal);
    return { account, turns: new Semaphore(1) };
  }

  /** Between the look at the disk and the reservation nobody else reserves: hence in turns. */
  async function reserve(
    account: BlockAccount,
    { organization, device }: Owner,
    blocks: readonly Block[],
  ): Promise<Result<readonly Reservation[], BlockStoreError | BlockQuotaExceeded>> {
    const joined = blocks.map(({ id }) => account.join(id));
    const others = blocks.filter((_, index) => !joined[index]);
    const found = await Promise.all(others.map(({ id }) => blockStore.has(organization, id)));
    const unreadable = found.find((each) => !each.ok);
    const taken =
      unreadable?.ok === false
        ? unreadable
        : account.take(
            device,
            others.filter((_, index) => found[index]?.ok === true && !found[index].value),
            quotas,
          );
    const held = joined.filter((reservation) => reservation !== undefined);
    if (taken.ok) return ok([...held, ...taken.value]);
    for (const reservation of held) account.leave(reservation, false);
    return taken;
  }

  return {
    put: async (owner, blocks) => {
      const { organization } = owner;
      const { account, turns } = await accountOf(organization);
      const unique = [...new Map(blocks.map((block) => [toHex(block.id), block])).values()];
      const reserved = await turns.run(() => reserve(account, owner, unique));
      if (!reserved.ok) return reserved;
      const reservations = new Map(reserved.value.map((each) => [toHex(each.id), each]));
      const outcomes = await Promise.all(
        unique.map(async ({ id, ciphertext }) => {
          const reservation = reservations.get(toHex(id));
          if (!reservation) return blockStore.put(organization, id, ciphertext);
          let isStored = false;
          try {
            if (!(await isRecorded(reservation))) return err({ type: "BlockStorageFull" } as const);
            const outcome = await blockStore.put(organization, id, ciphertext);
            isStored = outcome.ok;
            return outcome;
          } finally {
            account.leave(reservation, isStored);
          }
        }),
      );
      return outcomes.find((outcome) => !outcome.ok) ?? ok(null);
    },
  };
}

/** False where the database's disk, often the same one, has no room. */
function isRecorded({ recorded }: Reservation): Promise<boolean> {
  return recorded.then(
    () => true,
    (error: unknown) => {
      if (error instanceof StoreError && error.reason === "full") return false;
      throw error;
    },
  );
}

type Owner = Parameters<BlockIntake["put"]>[0];
type Block = Parameters<BlockIntake["put"]>[1][number];

interface OpenAccount {
  readonly account: BlockAccount;
  readonly turns: Semaphore;
}
