import { getDocument, type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
// A frame without an origin cannot start a worker, so the parser runs here, in the frame itself: this module
// registers it on the global object, where pdf.js looks before it starts one. The legacy build is for browsers that
// are some years old, which the rest of the app runs in.
import "pdfjs-dist/legacy/build/pdf.worker.mjs";
import type { PreviewRequest } from "./message.ts";
import { createNotes, fill, type Notes } from "./notes.ts";
import { dataFactoryOf, loadPdfData } from "./pdf-data.ts";
import { createPdfPages } from "./pdf-pages.ts";
import { shortfallOf } from "./shortfall.ts";

/** Pages that have a place in the preview; only those near the one in sight are drawn. */
const MAX_PAGES = 2_000;

/** Asks for the document's password; `isRetry` after a wrong one. */
export type AskPassword = (isRetry: boolean) => Promise<string>;

/** Resolves when the first page is in sight; the others are drawn as one comes to them. */
export async function showPdf(
  request: PreviewRequest,
  container: HTMLElement,
  askPassword: AskPassword,
): Promise<void> {
  const { words, bytes, language } = request;
  const documentNotes = createNotes(words.technical);
  let current: Notes = documentNotes;
  hearWarnings((warning) => {
    const shortfall = shortfallOf(warning);
    if (shortfall !== undefined) current.add(words.shortfalls[shortfall], warning);
  });
  const pdf = await openPdf(bytes, askPassword);
  if (await isFormOnly(pdf)) documentNotes.add(words.shortfalls.formOnly);
  const format = new Intl.NumberFormat(language);
  if (pdf.numPages === 0) {
    documentNotes.add(words.noPages);
    container.replaceChildren(documentNotes.element);
    return;
  }
  const count = Math.min(pdf.numPages, MAX_PAGES);
  if (count < pdf.numPages) {
    const [shown, all] = [format.format(count), format.format(pdf.numPages)];
    documentNotes.add(fill(words.pagesLeftOut, { shown, all }));
  }
  const pages = await createPdfPages(pdf, count, {
    width: container.clientWidth,
    createNotes: () => createNotes(words.technical),
    drawing: (notes) => {
      current = notes ?? documentNotes;
    },
    nameOf: (page) => fill(words.page, { page: format.format(page), pages: format.format(pdf.numPages) }),
    notDrawn: words.shortfalls.pageNotDrawn,
    blank: words.blankPage,
  });
  container.className = "pdf";
  container.replaceChildren(documentNotes.element, ...pages.elements, pages.counter);
  await pages.begin();
}

async function openPdf(data: Uint8Array<ArrayBuffer>, askPassword: AskPassword): Promise<PDFDocumentProxy> {
  const task = getDocument({
    data,
    disableAutoFetch: true,
    // Names and no addresses: the factory below knows the files.
    cMapUrl: "/",
    standardFontDataUrl: "/",
    wasmUrl: "/",
    BinaryDataFactory: dataFactoryOf(loadPdfData()),
    useWorkerFetch: false,
  });
  let isRetry = false;
  task.onPassword = (update: (password: string) => void) => {
    void askPassword(isRetry).then(update);
    isRetry = true;
  };
  return task.promise;
}

/** A form in XFA, which Adobe's programs show instead of the pages; those say "please wait" in most of them. */
async function isFormOnly(pdf: PDFDocumentProxy): Promise<boolean> {
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
  return "IsXFAPresent" in info && info.IsXFAPresent === true;
}

/** pdf.js tells of what it cannot read by printing it, and in no other way. */
function hearWarnings(hear: (warning: string) => void): void {
  Object.assign(console, {
    warn: (message: unknown) => {
      if (typeof message === "string") hear(message.replace(/^Warning: /, ""));
    },
  });
}
