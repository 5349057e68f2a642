/**
 * The same items, up to `depth` of them asked for before they are needed. Each item is worked on from the moment it
 * is asked for, so `depth` promises run at the same time; they are given in order.
 */
export async function* workAhead<T, R>(
  items: AsyncIterable<T>,
  depth: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const iterator = items[Symbol.asyncIterator]();
  const running: Promise<R>[] = [];
  let isDone = false;
  try {
    for (;;) {
      while (!isDone && running.length < depth) {
        const next = await iterator.next();
        if (next.done === true) {
          isDone = true;
          break;
        }
        const result = work(next.value);
        // Its failure is met when its turn comes, or never, when the consumer has left before.
        result.catch(() => undefined);
        running.push(result);
      }
      const first = running.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    await iterator.return?.();
  }
}
