import { type DragEvent, type ReactNode, useState } from "react";
import { useTranslations } from "use-intl";
import type { UploadSource } from "#client/engine.ts";
import { Icon } from "../kit/icons.tsx";
import { sourcesOfDrop } from "./upload-sources.ts";

/** Takes files and folders from outside the browser anywhere over the list. Drags of our own pass through. */
export function DropArea(props: {
  readonly folderName: string;
  /** Undefined where writing is not allowed. */
  readonly onDrop: ((sources: readonly UploadSource[]) => void) | undefined;
  readonly children: ReactNode;
}) {
  const t = useTranslations("files");
  const [isOver, setOver] = useState(false);
  const { onDrop } = props;
  const take = (event: DragEvent) => {
    if (onDrop === undefined || !event.dataTransfer.types.includes("Files")) return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return (
    <section
      className="relative flex min-w-0 flex-1 flex-col"
      onDragOverCapture={(event) => {
        if (take(event)) {
          event.dataTransfer.dropEffect = "copy";
          setOver(true);
        }
      }}
      onDragLeaveCapture={(event) => {
        const isInside =
          event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
        if (!isInside) setOver(false);
      }}
      onDropCapture={(event) => {
        if (!take(event)) return;
        setOver(false);
        const { first, leftOutByHandles } = sourcesOfDrop(event.dataTransfer);
        for (const part of [first, leftOutByHandles]) {
          void part.then((sources) => {
            if (sources.length > 0) onDrop?.(sources);
          });
        }
      }}
    >
      {props.children}
      {isOver && (
        <div className="pointer-events-none absolute inset-3 z-10 flex items-center justify-center rounded-xl border-2 border-dashed border-accent bg-accent-soft/90 text-accent">
          <span className="flex items-center gap-2.5 text-lg font-medium">
            <Icon name="upload" className="size-6" />
            {t("dropHere", { folder: props.folderName })}
          </span>
        </div>
      )}
    </section>
  );
}
