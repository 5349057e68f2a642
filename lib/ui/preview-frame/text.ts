import { decodeText, ENCODINGS, guessEncoding } from "./encoding.ts";
import type { PreviewRequest } from "./message.ts";
import { createNotes, fill } from "./notes.ts";

/** Characters that are shown: more makes a browser lay out for minutes. */
const MAX_CHARACTERS = 1_000_000;

export async function showText(request: PreviewRequest, container: HTMLElement): Promise<void> {
  const { encoding, isCertain } = await guessEncoding(request.bytes);
  container.className = "text";
  const draw = (chosen: string) => container.replaceChildren(...partsOf(request, chosen, isCertain, draw));
  draw(encoding);
}

function partsOf(
  { bytes, words, language }: PreviewRequest,
  encoding: string,
  isCertain: boolean,
  onChoose: (encoding: string) => void,
): readonly HTMLElement[] {
  const notes = createNotes(words.technical);
  const decoded = decodeText(bytes, encoding);
  const format = new Intl.NumberFormat(language);
  if (decoded.length > MAX_CHARACTERS) {
    const [shown, all] = [format.format(MAX_CHARACTERS), format.format(decoded.length)];
    notes.add(fill(words.textLeftOut, { shown, all }));
  }
  if (!isCertain) {
    notes.add(fill(words.encodingGuessed, { encoding: encoding.toUpperCase() }));
    notes.element.append(choiceOf(words.encoding, encoding, onChoose));
  }
  if (decoded.trim() === "") notes.add(words.emptyText);
  if (decoded.includes("\u{FFFD}")) notes.add(words.unreadableBytes);
  const text = document.createElement("pre");
  text.textContent = decoded.slice(0, MAX_CHARACTERS);
  text.tabIndex = 0;
  return [notes.element, text];
}

function choiceOf(label: string, chosen: string, onChoose: (encoding: string) => void): HTMLElement {
  const element = document.createElement("li");
  const caption = document.createElement("label");
  const select = document.createElement("select");
  for (const name of ENCODINGS) {
    select.append(new Option(name.toUpperCase(), name, false, name === chosen));
  }
  select.addEventListener("change", () => onChoose(select.value));
  caption.append(`${label} `, select);
  element.append(caption);
  return element;
}
