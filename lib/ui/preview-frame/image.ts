import { endsEarly } from "./image-end.ts";
import type { PreviewRequest } from "./message.ts";
import { createNotes } from "./notes.ts";

export async function showImage(
  { bytes, title, words }: PreviewRequest,
  container: HTMLElement,
): Promise<void> {
  const notes = createNotes(words.technical);
  // Browsers draw what there is of a picture and leave the rest grey or black.
  if (endsEarly(bytes)) notes.add(words.endsEarly);
  const image = document.createElement("img");
  image.alt = title;
  // Without a type the browser looks at the bytes, and never takes them for a document in an <img>.
  image.src = URL.createObjectURL(new Blob([bytes]));
  await image.decode();
  container.className = "image";
  container.replaceChildren(notes.element, image);
}
