import { useRef } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { Entry } from "#client/engine.ts";
import { useByteSize } from "../kit/byte-size.ts";
import { useElementWidth } from "../kit/element-width.ts";
import { Icon } from "../kit/icons.tsx";
import { ItemGrid } from "../kit/item-grid/item-grid.tsx";
import { EntryIcon } from "./entry-icon.tsx";
import { EntryState } from "./entry-state.tsx";
import { type FileListProps, useMoveByDragging } from "./file-list.ts";

/** The same files as tiles, or as two-line rows for a narrow window. */
export function FileCards({ shape, ...props }: FileListProps & { readonly shape: "tiles" | "rows" }) {
  const dragging = useMoveByDragging(props);
  const container = useRef<HTMLDivElement>(null);
  const width = useElementWidth(container);
  const layout =
    shape === "tiles"
      ? {
          columns: Math.max(1, Math.floor(width / (MIN_TILE_WIDTH + TILE_GAP))),
          itemHeight: TILE_HEIGHT,
          gap: TILE_GAP,
        }
      : { columns: 1, itemHeight: ROW_HEIGHT };
  return (
    <div ref={container} className="h-full">
      <ItemGrid
        {...props}
        {...layout}
        items={props.entries}
        selecting={{ selection: props.selection, onChange: props.onSelectionChange }}
        dragging={dragging}
        itemClass={shape === "tiles" ? tileClass : rowClass}
      >
        {(entry, isSelected) =>
          shape === "tiles" ? (
            <Tile entry={entry} isWaiting={props.isWaiting} />
          ) : (
            <CompactRow entry={entry} isWaiting={props.isWaiting} isSelected={isSelected} />
          )
        }
      </ItemGrid>
    </div>
  );
}

function Tile({ entry, isWaiting }: { readonly entry: Entry; readonly isWaiting: boolean }) {
  const t = useTranslations("files");
  const formatSize = useByteSize();
  return (
    <div role="gridcell" data-grip className="flex h-full flex-col gap-3">
      <span className="flex h-16 shrink-0 items-center justify-center">
        <EntryIcon entry={entry} size="large" />
      </span>
      <span className="block">
        <span className="block truncate text-sm font-medium">
          <bdi>{entry.name}</bdi>
        </span>
        <span className="flex h-5 items-center gap-2 truncate text-xs text-muted">
          {entry.state === "local" || entry.state === "conflict" ? (
            <EntryState state={entry.state} isWaiting={isWaiting} />
          ) : entry.kind === "folder" ? (
            t("kind.folder")
          ) : (
            formatSize(entry.sizeBytes)
          )}
        </span>
      </span>
    </div>
  );
}

function CompactRow(props: {
  readonly entry: Entry;
  readonly isWaiting: boolean;
  readonly isSelected: boolean;
}) {
  const { entry, isSelected } = props;
  const t = useTranslations("files");
  const format = useFormatter();
  const formatSize = useByteSize();
  const date = format.dateTime(entry.modifiedAt, { dateStyle: "medium" });
  return (
    <div role="gridcell" className="flex h-full items-center gap-3">
      <EntryIcon entry={entry} />
      <span className="min-w-0 grow">
        <span className="block truncate text-base font-medium">
          <bdi>{entry.name}</bdi>
        </span>
        <span className="flex items-center gap-2 text-xs text-muted">
          {entry.kind === "folder" ? t("kind.folder") : formatSize(entry.sizeBytes)} · {date}
          <EntryState state={entry.state} isWaiting={props.isWaiting} />
        </span>
      </span>
      {isSelected && <Icon name="check" className="size-5 shrink-0 text-accent" />}
    </div>
  );
}

const TILE_HEIGHT = 150;
const MIN_TILE_WIDTH = 150;
const TILE_GAP = 12;
const ROW_HEIGHT = 64;

const itemClass =
  "cursor-default outline-off hover:bg-hover data-selected:bg-accent-soft data-selected:border-accent " +
  "focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-focus " +
  "data-drop-target:outline-2 data-drop-target:-outline-offset-2 data-drop-target:outline-accent data-dragging:opacity-50";

const tileClass = `rounded-lg border border-line p-3 ${itemClass}`;
const rowClass = `rounded-md px-3 ${itemClass}`;
