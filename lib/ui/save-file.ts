/** Hands bytes to the browser's download list under a name. */
export function saveFile(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download holds the bytes once it has begun; a minute is far more than that takes.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
