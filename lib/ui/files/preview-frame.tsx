import { useEffect, useRef, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { EmptyState } from "../kit/empty-state.tsx";
import type { PreviewMessage, PreviewReply, PreviewRequest } from "../preview-frame/message.ts";
import { PreviewPassword } from "./preview-password.tsx";
import { usePreviewWords } from "./preview-words.ts";

const PREVIEW_TIMEOUT_MS = 30_000;

export interface PreviewFrameProps {
  readonly title: string;
  readonly family: PreviewRequest["family"];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type FrameState = "busy" | "passwordNeeded" | "passwordWrong" | "shown" | "failed";

/**
 * Shows a decrypted file in a frame that has no origin and no network, because decoders of images and
 * documents are where hostile files do their work.
 */
export function PreviewFrame({ title, family, bytes }: PreviewFrameProps) {
  const t = useTranslations("files.preview");
  const words = usePreviewWords();
  const language = useLocale();
  const frame = useRef<HTMLIFrameElement>(null);
  const [state, setState] = useState<FrameState>("busy");
  // What the frame is told once must not change the frame when it changes.
  const request = useRef({ family, bytes, title, language, words });
  useEffect(() => {
    const onMessage = (event: MessageEvent<PreviewReply>) => {
      const target = frame.current?.contentWindow;
      if (target === null || target === undefined || event.source !== target) return;
      switch (event.data.type) {
        case "ready": {
          const { bytes: own, ...told } = request.current;
          const message = { type: "show", ...told, bytes: own.slice(), theme: currentTheme() } as const;
          send(target, message, [message.bytes.buffer]);
          return;
        }
        case "passwordNeeded":
          setState(event.data.isRetry ? "passwordWrong" : "passwordNeeded");
          return;
        case "failed":
          setState("failed");
          return;
        case "shown":
          setState("shown");
          return;
      }
    };
    globalThis.addEventListener("message", onMessage);
    return () => globalThis.removeEventListener("message", onMessage);
  }, []);
  useEffect(() => {
    if (state !== "busy") return undefined;
    // A hostile file may keep its reader busy for ever; the frame is then thrown away.
    const timer = setTimeout(() => setState("failed"), PREVIEW_TIMEOUT_MS);
    return () => clearTimeout(timer);
  }, [state]);
  if (state === "failed") return <EmptyState role="alert" icon="warning" title={t("failed")} />;
  const isAsking = state === "passwordNeeded" || state === "passwordWrong";
  return (
    <>
      {isAsking && (
        <PreviewPassword
          isWrong={state === "passwordWrong"}
          onPassword={(password) => {
            const target = frame.current?.contentWindow;
            if (!target) return;
            setState("busy");
            send(target, { type: "password", password });
          }}
        />
      )}
      <iframe
        ref={frame}
        title={title}
        src="/preview/"
        sandbox="allow-scripts"
        className={isAsking ? "hidden" : "size-full grow border-0"}
      />
    </>
  );
}

/** The frame's origin is opaque, so it cannot be named; the window itself is the address. */
function send(target: Window, message: PreviewMessage, moved: Transferable[] = []): void {
  target.postMessage(message, "*", moved);
}

function currentTheme(): "light" | "dark" {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
