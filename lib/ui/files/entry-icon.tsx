import type { Entry } from "#client/engine.ts";
import { classNames } from "../kit/class-names.ts";
import { Icon } from "../kit/icons.tsx";
import { kindOfFile } from "./file-kind.ts";

/** A small tile: the folder, or the file's family by tint and letters. */
export function EntryIcon({
  entry,
  size = "small",
}: {
  readonly entry: Entry;
  readonly size?: "small" | "large";
}) {
  const box = size === "small" ? "size-8 rounded-sm" : "size-14 rounded-lg";
  const kind = kindOfFile(entry.name, entry.mimeHint);
  if (entry.kind === "folder") {
    return (
      <span
        className={classNames("flex shrink-0 items-center justify-center bg-accent-soft text-accent", box)}
      >
        <Icon name="folder" className={size === "small" ? "size-4.5" : "size-7"} />
      </span>
    );
  }
  return (
    <span className={classNames("flex shrink-0 items-center justify-center bg-sunken text-muted", box)}>
      {kind.family === "image" ? (
        <Icon name="image" className={size === "small" ? "size-4.5" : "size-7"} />
      ) : kind.letters === undefined ? (
        <Icon name="file" className={size === "small" ? "size-4.5" : "size-7"} />
      ) : (
        <span
          aria-hidden="true"
          className={classNames(
            "font-semibold tracking-tight",
            size === "large" ? "text-sm" : kind.letters.length > 3 ? "text-[0.5rem]" : "text-[0.625rem]",
          )}
        >
          {kind.letters}
        </span>
      )}
    </span>
  );
}
