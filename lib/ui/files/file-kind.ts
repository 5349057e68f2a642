type FileFamily = "image" | "pdf" | "text" | "other";

export interface FileKind {
  readonly family: FileFamily;
  /** The file's ending in capitals, where it is short enough to recognise. */
  readonly letters: string | undefined;
}

/** For icons and the choice of preview only: the name and the hint were chosen by whoever sent the file. */
export function kindOfFile(name: string, mimeHint: string | null): FileKind {
  const ending = /\.([A-Za-z0-9]{1,4})$/.exec(name)?.[1]?.toLowerCase();
  return { family: familyOf(ending, mimeHint), letters: ending?.toUpperCase() };
}

function familyOf(ending: string | undefined, mimeHint: string | null): FileFamily {
  if (ending === "pdf" || mimeHint === "application/pdf") return "pdf";
  if (ending !== undefined && imageEndings.has(ending)) return "image";
  if (ending !== undefined && textEndings.has(ending)) return "text";
  // SVG is a document that may hold script; it is shown as text.
  if (mimeHint?.startsWith("image/") === true && mimeHint !== "image/svg+xml") return "image";
  return mimeHint?.startsWith("text/") === true ? "text" : "other";
}

const imageEndings: ReadonlySet<string> = new Set(["png", "jpg", "jpeg", "gif", "webp", "avif", "bmp"]);
const textEndings: ReadonlySet<string> = new Set([
  "txt",
  "md",
  "csv",
  "json",
  "xml",
  "yaml",
  "yml",
  "log",
  "svg",
  "html",
]);
