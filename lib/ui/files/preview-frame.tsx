import { useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { EmptyState } from "../kit/empty-state.tsx";
import type { PreviewReply, PreviewRequest } from "../preview-frame/message.ts";

const PREVIEW_TIMEOUT_MS = 30_000;

export interface PreviewFrameProps {
  readonly title: string;
  readonly family: PreviewRequest["family"];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Shows a decrypted file in a frame that has no origin and no network, because decoders of images and
 * documents are where hostile files do their work.
 */
export function PreviewFrame({ title, family, bytes }: PreviewFrameProps) {
  const t = useTranslations("files.preview");
  const frame = useRef<HTMLIFrameElement>(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    // A hostile file may keep its reader busy for ever; the frame is then thrown away.
    const timer = setTimeout(() => setFailed(true), PREVIEW_TIMEOUT_MS);
    const onMessage = (event: MessageEvent<PreviewReply>) => {
      const target = frame.current?.contentWindow;
      if (target === null || target === undefined || event.source !== target) return;
      switch (event.data.type) {
        case "ready": {
          // The frame's origin is opaque, so it cannot be named; the window itself is the address.
          const request: PreviewRequest = { family, bytes: bytes.slice(), title, theme: currentTheme() };
          target.postMessage(request, "*", [request.bytes.buffer]);
          return;
        }
        case "failed":
          setFailed(true);
          return;
        case "shown":
          clearTimeout(timer);
          return;
      }
    };
    globalThis.addEventListener("message", onMessage);
    return () => {
      clearTimeout(timer);
      globalThis.removeEventListener("message", onMessage);
    };
  }, [family, bytes, title]);
  if (hasFailed) return <EmptyState role="alert" icon="warning" title={t("failed")} />;
  return (
    <iframe
      ref={frame}
      title={title}
      src="/preview/"
      sandbox="allow-scripts"
      className="size-full grow border-0"
    />
  );
}

function currentTheme(): "light" | "dark" {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
