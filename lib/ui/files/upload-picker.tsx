import { type ReactNode, useRef } from "react";
import { useTranslations } from "use-intl";
import type { UploadSource } from "#client/engine.ts";
import { pickHandles, sourcesOfFiles } from "./upload-sources.ts";

export interface UploadPicker {
  readonly pick: (kind: "files" | "folder") => void;
  /** Hidden inputs for browsers without file handles; render them once. */
  readonly inputs: ReactNode;
}

/**
 * While its window is open the page may go elsewhere: a copy of the input that belongs to no screen keeps what it was
 * opened for.
 */
function pickByInput(input: HTMLInputElement, take: (sources: readonly UploadSource[]) => void): void {
  const copy = document.importNode(input);
  copy.addEventListener("change", () => take(sourcesOfFiles(copy.files ?? [])));
  copy.click();
}

export function useUploadPicker(onUpload: (sources: readonly UploadSource[]) => void): UploadPicker {
  const t = useTranslations("files.actions");
  const fileInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  const take = (sources: readonly UploadSource[]) => {
    if (sources.length > 0) onUpload(sources);
  };
  const input = (kind: "files" | "folder") => (
    <input
      ref={kind === "files" ? fileInput : folderInput}
      type="file"
      multiple
      hidden
      aria-label={kind === "files" ? t("upload") : t("uploadFolder")}
      {...(kind === "folder" && { webkitdirectory: "" })}
      onChange={(event) => {
        take(sourcesOfFiles(event.target.files ?? []));
        // The same file can then be chosen again.
        event.target.value = "";
      }}
    />
  );
  return {
    pick: (kind) => {
      const input = (kind === "files" ? fileInput : folderInput).current;
      void pickHandles(kind).then((sources) => {
        if (sources !== undefined) take(sources);
        else if (input !== null) pickByInput(input, take);
      });
    },
    inputs: (
      <>
        {input("files")}
        {input("folder")}
      </>
    ),
  };
}
