/** Whether a page is white all over. Looks at a smaller copy, in which a single mark still leaves its trace. */
export function isBlank(canvas: HTMLCanvasElement): boolean {
  const scale = Math.min(1, MAX_SIDE / Math.max(canvas.width, canvas.height));
  const small = document.createElement("canvas");
  small.width = Math.max(1, Math.floor(canvas.width * scale));
  small.height = Math.max(1, Math.floor(canvas.height * scale));
  const context = small.getContext("2d", { willReadFrequently: true });
  if (!context) return false;
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, small.width, small.height);
  return isWhite(context.getImageData(0, 0, small.width, small.height).data);
}

const MAX_SIDE = 1_000;

/** Of pixels in four bytes each: red, green, blue, opacity. */
export function isWhite({ buffer, byteOffset, byteLength }: Uint8ClampedArray): boolean {
  return new Uint32Array(buffer, byteOffset, byteLength / 4).every((pixel) => pixel === 0xff_ff_ff_ff);
}
