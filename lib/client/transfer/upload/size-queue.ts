/** Things by size, the small ones first, in the order of their arrival among those of like size. */
export class SizeQueue<T> {
  readonly #classes: T[][] = [];

  push(item: T, sizeBytes: number): void {
    this.#classAt(sizeBytes).push(item);
  }

  shift(): T | undefined {
    return this.#classes.find((items) => items.length > 0)?.shift();
  }

  peek(): T | undefined {
    return this.#classes.find((items) => items.length > 0)?.[0];
  }

  /** In the order in which they will be shifted. */
  *[Symbol.iterator](): Generator<T> {
    for (const items of this.#classes) yield* items;
  }

  /** One class for each power of two. */
  #classAt(sizeBytes: number): T[] {
    const index = Math.ceil(Math.log2(sizeBytes + 1));
    while (this.#classes.length <= index) this.#classes.push([]);
    const items = this.#classes[index] ?? [];
    this.#classes[index] = items;
    return items;
  }
}
