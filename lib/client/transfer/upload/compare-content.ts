import type { FileBlock } from "#protocol/manifest/file-manifest.ts";
import { workAhead } from "../download/ahead.ts";
import type { BlockPool } from "../ports.ts";

/** Of one file and of all files: so many MiB of full blocks are in memory at a time. */
const BLOCKS_PER_GROUP = 4;
const GROUPS_AHEAD = 2;
const MAX_GROUPS_AT_ONCE = 3;

/** Reads files a second time, to know whether they are what was stored of them. */
export class ContentComparison {
  readonly #pool: Pick<BlockPool, "compare">;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(pool: Pick<BlockPool, "compare">) {
    this.#pool = pool;
  }

  /**
   * The stored blocks whose content the file does not have any more. None: at the moment when this began the file was
   * exactly what is stored, unless a part was changed and changed back between its two readings. Its size and date
   * prove nothing of the kind: anybody may set them. Undefined as soon as nobody wants to know.
   */
  async changedBlocks(
    file: Blob,
    stored: readonly FileBlock[],
    isWanted: () => boolean,
  ): Promise<readonly FileBlock[] | undefined> {
    const changed: FileBlock[] = [];
    const compared = workAhead(groupsOf(stored), GROUPS_AHEAD, async (blocks) => ({
      blocks,
      isSame: await this.#inTurn(() => this.#pool.compare(file, blocks)),
    }));
    for await (const { blocks, isSame } of compared) {
      if (!isWanted()) return undefined;
      changed.push(...blocks.filter((_, index) => isSame[index] !== true));
    }
    return changed;
  }

  /** Group by group, so that a small file waits for no large one. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_GROUPS_AT_ONCE) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The place is handed on as it is.
      if (next) next();
      else this.#running--;
    }
  }
}

async function* groupsOf(blocks: readonly FileBlock[]): AsyncGenerator<readonly FileBlock[]> {
  for (let first = 0; first < blocks.length; first += BLOCKS_PER_GROUP) {
    yield blocks.slice(first, first + BLOCKS_PER_GROUP);
  }
}
