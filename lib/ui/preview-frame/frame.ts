import type { PreviewReply, PreviewRequest } from "./message.ts";

/**
 * The inside of the preview frame. Whatever runs here may have been taken over by the file it shows, so it
 * has no origin, no storage and no network: the policy forbids connections, and WebRTC, which no policy
 * governs, is removed first.
 */
Reflect.deleteProperty(globalThis, "RTCPeerConnection");
Reflect.deleteProperty(globalThis, "webkitRTCPeerConnection");

globalThis.addEventListener("message", (event: MessageEvent<PreviewRequest>) => {
  if (event.source !== globalThis.parent) return;
  document.documentElement.dataset["theme"] = event.data.theme;
  show(event.data).then(
    () => reply({ type: "shown" }),
    () => reply({ type: "failed" }),
  );
});
reply({ type: "ready" });

function reply(message: PreviewReply): void {
  // To the embedding page whatever its origin: the replies say nothing about the file.
  globalThis.parent.postMessage(message, "*");
}

async function show(request: PreviewRequest): Promise<void> {
  switch (request.family) {
    case "image":
      return showImage(request);
    case "text":
      showText(request.bytes);
      return;
    case "pdf": {
      // By far the largest part, and not needed for the other kinds.
      const { showPdf } = await import("./pdf.ts");
      return showPdf(request.bytes, document.body);
    }
  }
}

async function showImage({ bytes, title }: PreviewRequest): Promise<void> {
  const image = document.createElement("img");
  image.alt = title;
  // Without a type the browser looks at the bytes, and never takes them for a document in an <img>.
  image.src = URL.createObjectURL(new Blob([bytes]));
  await image.decode();
  document.body.className = "image";
  document.body.replaceChildren(image);
}

function showText(bytes: Uint8Array): void {
  const text = document.createElement("pre");
  text.textContent = new TextDecoder().decode(bytes);
  text.tabIndex = 0;
  document.body.className = "text";
  document.body.replaceChildren(text);
}
