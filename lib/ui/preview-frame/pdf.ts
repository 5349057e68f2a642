import { getDocument, type PDFDocumentProxy } from "pdfjs-dist";
// A frame without an origin cannot start a worker, so the parser runs here, in the frame itself: this module
// registers it on the global object, where pdf.js looks before it starts one.
import "pdfjs-dist/build/pdf.worker.mjs";

/** Pages drawn at most: a preview, not a reader. */
const MAX_PAGES = 50;

export async function showPdf(bytes: Uint8Array<ArrayBuffer>, container: HTMLElement): Promise<void> {
  const pdf = await getDocument({
    data: bytes,
    disableAutoFetch: true,

    useWasm: false,
  }).promise;
  container.className = "pdf";
  container.replaceChildren();
  for (let number = 1; number <= Math.min(pdf.numPages, MAX_PAGES); number += 1) {
    container.append(await drawPage(pdf, number, container.clientWidth));
  }
}

async function drawPage(pdf: PDFDocumentProxy, number: number, width: number): Promise<HTMLCanvasElement> {
  const page = await pdf.getPage(number);
  const base = page.getViewport({ scale: 1 });
  const shownWidth = Math.min(width - 32, 900);
  const viewport = page.getViewport({ scale: (shownWidth / base.width) * devicePixelRatio });
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await page.render({ canvas, viewport }).promise;
  return canvas;
}
