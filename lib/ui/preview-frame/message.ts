/** The one message the page sends to the preview frame. The bytes are moved, not copied. */
export interface PreviewRequest {
  readonly family: "image" | "pdf" | "text";
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly title: string;
  readonly theme: "light" | "dark";
}

/** What the frame answers: first that it listens, then how it went. */
export type PreviewReply =
  | { readonly type: "ready" }
  | { readonly type: "shown" }
  | { readonly type: "failed" };
