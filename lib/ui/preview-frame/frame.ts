import { showImage } from "./image.ts";
import type { PreviewMessage, PreviewReply, PreviewRequest } from "./message.ts";
import { showText } from "./text.ts";

/**
 * The inside of the preview frame. Whatever runs here may have been taken over by the file it shows, so it
 * has no origin, no storage and no network: the policy forbids connections, and WebRTC, which no policy
 * governs, is removed first.
 */
Reflect.deleteProperty(globalThis, "RTCPeerConnection");
Reflect.deleteProperty(globalThis, "webkitRTCPeerConnection");

let onPassword: ((password: string) => void) | undefined;

globalThis.addEventListener("message", ({ source, data }: MessageEvent<PreviewMessage>) => {
  if (source !== globalThis.parent) return;
  if (data.type === "password") return onPassword?.(data.password);
  document.documentElement.dataset["theme"] = data.theme;
  document.documentElement.lang = data.language;
  show(data).then(
    () => reply({ type: "shown" }),
    () => reply({ type: "failed" }),
  );
});
globalThis.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") reply({ type: "left" });
});
reply({ type: "ready" });

function reply(message: PreviewReply): void {
  // To the embedding page whatever its origin: the replies say nothing about the file.
  globalThis.parent.postMessage(message, "*");
}

async function show(request: PreviewRequest): Promise<void> {
  switch (request.family) {
    case "image":
      return showImage(request, document.body);
    case "text":
      return showText(request, document.body);
    case "pdf": {
      // By far the largest part, and not needed for the other kinds.
      const { showPdf } = await import("./pdf.ts");
      return showPdf(request, document.body, (isRetry) => {
        reply({ type: "passwordNeeded", isRetry });
        return new Promise((resolve) => {
          onPassword = resolve;
        });
      });
    }
  }
}
