/** Pixels of one canvas: what every browser still makes (Safari stops at 16,777,216), 64 MiB of memory. */
export const MAX_PIXELS = 16_000_000;
/** Pixels of a side: Firefox and Chromium stop between 11,180 and 65,535. */
export const MAX_SIDE = 11_000;
const MIN_SIDE = 1;

/**
 * How much a page of this many points is enlarged to be as wide as wanted, in pixels, and no larger than a canvas can
 * be: a document chooses the size of its pages freely.
 */
export function scaleOf(page: { readonly width: number; readonly height: number }, width: number): number {
  const [w, h] = [Math.max(page.width, MIN_SIDE), Math.max(page.height, MIN_SIDE)];
  return Math.min(width / w, MAX_SIDE / w, MAX_SIDE / h, Math.sqrt(MAX_PIXELS / (w * h)));
}
