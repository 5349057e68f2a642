/** The first message that the page sends to the preview frame. The bytes are moved, not copied. */
export interface PreviewRequest {
  readonly type: "show";
  readonly family: "image" | "pdf" | "text";
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly title: string;
  readonly theme: "light" | "dark";
  readonly language: string;
  readonly words: PreviewWords;
}

/** Opens a document that is protected by a password of its own. */
interface PreviewPassword {
  readonly type: "password";
  readonly password: string;
}

export type PreviewMessage = PreviewRequest | PreviewPassword;

/** What the frame answers: first that it listens, then how it went. */
export type PreviewReply =
  | { readonly type: "ready" }
  | { readonly type: "passwordNeeded"; readonly isRetry: boolean }
  /** The first part is in sight. */
  | { readonly type: "shown" }
  /** Escape was pressed in the frame, whose keys the page does not hear. */
  | { readonly type: "left" }
  | { readonly type: "failed" };

/** What may be missing from a page that is shown all the same. */
export type Shortfall = "image" | "font" | "form" | "damaged" | "other";

/** In the reader's language; the frame has no messages of its own. `{…}` stand for what the frame knows. */
export interface PreviewWords {
  readonly shortfalls: Readonly<Record<Shortfall | "pageNotDrawn" | "formOnly", string>>;
  readonly technical: string;
  /** On a page without a mark. */
  readonly blankPage: string;
  readonly noPages: string;
  readonly emptyText: string;
  /** With `{page}` and `{pages}`. */
  readonly page: string;
  /** With `{shown}` and `{all}`. */
  readonly pagesLeftOut: string;
  /** With `{encoding}`. */
  readonly encodingGuessed: string;
  readonly encoding: string;
  readonly unreadableBytes: string;
  /** With `{shown}` and `{all}`. */
  readonly textLeftOut: string;
  readonly endsEarly: string;
}
