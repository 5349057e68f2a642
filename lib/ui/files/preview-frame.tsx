import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { classNames } from "../kit/class-names.ts";
import { EmptyState } from "../kit/empty-state.tsx";
import { ProgressBar } from "../kit/progress-bar.tsx";
import type { PreviewMessage, PreviewReply, PreviewRequest } from "../preview-frame/message.ts";
import { PreviewPassword } from "./preview-password.tsx";
import { usePreviewWords } from "./preview-words.ts";

const PREVIEW_TIMEOUT_MS = 30_000;

export interface PreviewFrameProps {
  readonly title: string;
  readonly family: PreviewRequest["family"];
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Escape was pressed inside. */
  readonly onLeave: () => void;
}

type FrameState = "busy" | "passwordNeeded" | "passwordWrong" | "shown" | "failed";

/**
 * Shows a decrypted file in a frame that has no origin and no network, because decoders of images and
 * documents are where hostile files do their work.
 */
export function PreviewFrame({ title, family, bytes, onLeave }: PreviewFrameProps) {
  const t = useTranslations("files.preview");
  const words = usePreviewWords();
  const language = useLocale();
  const frame = useRef<HTMLIFrameElement>(null);
  const [state, setState] = useState<FrameState>("busy");
  // What the frame is told once must not change the frame when it changes.
  const request = useRef({ family, bytes, title, language, words });
  const leave = useEffectEvent(onLeave);
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
        case "left":
          leave();
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
  const isAsking = state === "passwordNeeded" || state === "passwordWrong";
  const wasAsked = useRef(false);
  useEffect(() => {
    if (isAsking) wasAsked.current = true;
    // The field that had the focus is gone; the keys now scroll what it opened.
    else if (wasAsked.current && state === "shown") frame.current?.focus();
  }, [isAsking, state]);
  if (state === "failed") return <EmptyState role="alert" icon="warning" title={t("failed")} />;
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
      {state === "busy" && (
        <div
          className="pointer-events-none absolute inset-x-0 top-1/2 mx-auto flex w-56 -translate-y-1/2 flex-col gap-3 text-center text-sm text-muted"
          role="status"
        >
          {t("opening")}
          <ProgressBar label={t("opening")} value={undefined} />
        </div>
      )}
      <iframe
        ref={frame}
        title={title}
        src="/preview/"
        sandbox="allow-scripts"
        // With its size all the time: pages are drawn as wide as it is.
        className={classNames("size-full border-0", isAsking ? "invisible absolute inset-0" : "grow")}
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
