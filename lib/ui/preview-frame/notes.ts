/** Lines above what is shown, each saying what is missing from it; what a reader of formats makes of it on demand. */
export interface Notes {
  readonly element: HTMLElement;
  /** Says each text once; `detail` is for somebody who mends files. */
  readonly add: (text: string, detail?: string) => void;
}

/** A hostile file may cause any number of warnings, each of any length. */
const MAX_DETAILS = 20;
const MAX_DETAIL_LENGTH = 300;

export function createNotes(technical: string): Notes {
  const element = document.createElement("ul");
  element.className = "notes";
  element.hidden = true;
  const lines = new Map<string, { readonly line: HTMLLIElement; readonly details: Set<string> }>();
  return {
    element,
    add: (text, detail) => {
      element.hidden = false;
      let known = lines.get(text);
      if (!known) {
        const line = document.createElement("li");
        line.append(text);
        element.append(line);
        known = { line, details: new Set() };
        lines.set(text, known);
      }
      const { line, details } = known;
      if (detail === undefined || details.has(detail) || details.size >= MAX_DETAILS) return;
      details.add(detail);
      detailsOf(line, technical).append(itemOf(detail.slice(0, MAX_DETAIL_LENGTH)));
    },
  };
}

function detailsOf(line: HTMLLIElement, technical: string): HTMLElement {
  const known = line.querySelector("details ul");
  if (known instanceof HTMLElement) return known;
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = technical;
  const list = document.createElement("ul");
  details.append(summary, list);
  line.append(details);
  return list;
}

function itemOf(text: string): HTMLLIElement {
  const item = document.createElement("li");
  item.lang = "en";
  item.textContent = text;
  return item;
}

/** Puts values in the places of `{name}`. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}
