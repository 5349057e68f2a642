import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { isBlank } from "./blank-canvas.ts";
import { scaleOf } from "./canvas-size.ts";
import type { Notes } from "./notes.ts";

export interface PdfPages {
  readonly elements: readonly HTMLElement[];
  /** Which page is in sight, of how many. */
  readonly counter: HTMLElement;
  /** Draws what is in sight from now on; resolves when the first page is drawn, or said not to be. */
  readonly begin: () => Promise<void>;
}

export interface PdfPagesHost {
  /** Of the frame, in CSS pixels. */
  readonly width: number;
  readonly createNotes: () => Notes;
  /** Told before a page is drawn, and with null after it: warnings in between are about that page. */
  readonly drawing: (notes: Notes | null) => void;
  readonly nameOf: (page: number) => string;
  readonly notDrawn: string;
  /** Said on a page without a mark: a reader cannot tell an empty one from one that was not drawn. */
  readonly blank: string;
}

interface Place {
  readonly number: number;
  readonly element: HTMLElement;
  readonly sheet: HTMLElement;
  readonly notes: Notes;
}

const MAX_WIDTH = 900;
const MARGIN = 32;
/** Canvases that are kept; the ones furthest from the page in sight are given up first. */
const MAX_DRAWN = 8;

/** A place for each page, drawn one at a time when it comes near what is in sight. */
export async function createPdfPages(
  pdf: PDFDocumentProxy,
  count: number,
  host: PdfPagesHost,
): Promise<PdfPages> {
  const shownWidth = Math.max(1, Math.min(host.width - MARGIN, MAX_WIDTH));
  const firstSize = await pdf.getPage(1).then(sizeOf, () => A4);
  const places = Array.from({ length: count }, (_, index) => createPlace(index + 1, host, firstSize));
  const counter = document.createElement("div");
  counter.className = "counter";
  counter.ariaHidden = "true";
  const near = new Set<Place>();
  const drawn = new Map<Place, HTMLCanvasElement>();
  const given = new Set<Place>();
  let inSight = 1;
  let isBusy = false;

  const draw = async (place: Place): Promise<void> => {
    given.add(place);
    host.drawing(place.notes);
    try {
      const page = await pdf.getPage(place.number);
      resize(place.sheet, sizeOf(page));
      const canvas = await drawPage(page, shownWidth, host.nameOf(place.number));
      place.sheet.replaceChildren(canvas, ...(isBlank(canvas) ? [captionOf(host.blank)] : []));
      drawn.set(place, canvas);
    } catch (error) {
      place.notes.add(host.notDrawn, error instanceof Error ? error.message : undefined);
    } finally {
      host.drawing(null);
    }
  };

  const giveUpFar = (): void => {
    const far = [...drawn.keys()]
      .filter((place) => !near.has(place))
      .sort((a, b) => distance(b) - distance(a))
      .slice(0, Math.max(0, drawn.size - MAX_DRAWN));
    for (const place of far) {
      place.sheet.replaceChildren();
      drawn.delete(place);
      given.delete(place);
    }
  };
  const distance = ({ number }: Place) => Math.abs(number - inSight);

  const work = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    for (;;) {
      const [next] = [...near].filter((place) => !given.has(place)).sort((a, b) => distance(a) - distance(b));
      if (!next) break;
      await draw(next);
      giveUpFar();
    }
    isBusy = false;
  };

  /** The page in sight is the last one that begins in the upper half. */
  const tellPage = (): void => {
    const [first, ...others] = [...near].sort((a, b) => a.number - b.number);
    if (!first) return;
    const isAbove = ({ element }: Place) => element.getBoundingClientRect().top <= innerHeight / 2;
    inSight = (others.findLast(isAbove) ?? first).number;
    counter.textContent = host.nameOf(inSight);
  };

  const begin = async (): Promise<void> => {
    const [first] = places;
    if (first) await draw(first);
    const observe = (margin: string, see: (place: Place, isNear: boolean) => void) => {
      const byElement = new Map(places.map((place) => [place.element as Element, place]));
      const observer = new IntersectionObserver(
        (entries) => {
          for (const { target, isIntersecting } of entries) {
            const place = byElement.get(target);
            if (place) see(place, isIntersecting);
          }
          tellPage();
          void work();
        },
        // Without a root of its own a frame of another origin is given no margins.
        { root: document, rootMargin: margin },
      );
      for (const { element } of places) observer.observe(element);
    };
    observe("100% 0px", (place, isNear) => {
      if (isNear) near.add(place);
      else near.delete(place);
    });
    document.addEventListener("scroll", tellPage, { passive: true });
  };
  counter.textContent = host.nameOf(1);
  return { elements: places.map(({ element }) => element), counter, begin };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** In points. */
const A4: Size = { width: 595, height: 842 };

function sizeOf(page: PDFPageProxy): Size {
  return page.getViewport({ scale: 1 });
}

function createPlace(number: number, host: PdfPagesHost, size: Size): Place {
  const element = document.createElement("section");
  element.ariaLabel = host.nameOf(number);
  const sheet = document.createElement("div");
  sheet.className = "sheet";
  resize(sheet, size);
  const notes = host.createNotes();
  element.append(notes.element, sheet);
  return { number, element, sheet, notes };
}

/** The space that the page takes, drawn or not. */
function resize(sheet: HTMLElement, { width, height }: Size): void {
  // Through the object model, which the content policy allows; a page may name any size.
  sheet.style.aspectRatio = `${Math.max(1, width)} / ${Math.min(Math.max(1, height), Math.max(1, width) * 20)}`;
}

function captionOf(text: string): HTMLElement {
  const caption = document.createElement("p");
  caption.textContent = text;
  return caption;
}

async function drawPage(page: PDFPageProxy, shownWidth: number, name: string): Promise<HTMLCanvasElement> {
  const scale = scaleOf(sizeOf(page), shownWidth * devicePixelRatio);
  const viewport = page.getViewport({ scale });
  const canvas = document.createElement("canvas");
  canvas.role = "img";
  canvas.ariaLabel = name;
  canvas.width = Math.max(1, Math.floor(viewport.width));
  canvas.height = Math.max(1, Math.floor(viewport.height));
  await page.render({ canvas, viewport }).promise;
  return canvas;
}
