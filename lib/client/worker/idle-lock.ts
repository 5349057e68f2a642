/** Events by which a person shows to be there. */
const SIGNS_OF_LIFE = ["pointerdown", "keydown", "wheel", "visibilitychange"] as const;
const CHECK_EVERY_MS = 15_000;

/**
 * Calls `lock` once nobody has touched the page for so long and nothing is being transferred; a computer that
 * slept counts as left alone. Returns the function that ends the watch.
 */
export function lockWhenIdle(
  page: EventTarget,
  idleMs: number,
  isBusy: () => Promise<boolean>,
  lock: () => Promise<void>,
): () => void {
  let lastSignAt = Date.now();
  const note = () => {
    lastSignAt = Date.now();
  };
  const check = async (): Promise<void> => {
    if (Date.now() - lastSignAt < idleMs || (await isBusy())) return;
    note();
    await lock();
  };
  const timer = setInterval(() => void check(), CHECK_EVERY_MS);
  for (const sign of SIGNS_OF_LIFE) page.addEventListener(sign, note, { passive: true, capture: true });
  return () => {
    clearInterval(timer);
    for (const sign of SIGNS_OF_LIFE) page.removeEventListener(sign, note, { capture: true });
  };
}
