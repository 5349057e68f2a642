import { GridLayout, GridList, GridListItem, ListLayout, Size, Virtualizer } from "react-aria-components";
import { useFormatter, useTranslations } from "use-intl";
import type { Entry } from "#client/engine.ts";
import { useByteSize } from "../kit/byte-size.ts";
import { classNames } from "../kit/class-names.ts";
import { Icon } from "../kit/icons.tsx";
import { EntryIcon } from "./entry-icon.tsx";
import { EntryState } from "./entry-state.tsx";
import type { FileListProps } from "./file-table.tsx";
import { DragHandle, useMoveByDragging } from "./move-by-dragging.tsx";

/** The same files as tiles, or as two-line rows for a narrow window. */
export function FileCards({ shape, ...props }: FileListProps & { readonly shape: "tiles" | "rows" }) {
  const dragging = useMoveByDragging(props.entries, props.onDropInto);
  // A finger scrolls; rows are never dragged.
  const byId = new Map(props.entries.map((entry) => [entry.id, entry]));
  const list = (
    <GridList
      aria-label={props.label}
      items={props.entries}
      layout={shape === "tiles" ? "grid" : "stack"}
      selectionMode="multiple"
      selectionBehavior="replace"
      selectedKeys={props.selection}
      onSelectionChange={props.onSelectionChange}
      onAction={(key) => {
        const entry = byId.get(String(key));
        if (entry !== undefined) props.onOpen(entry);
      }}
      {...(shape === "tiles" && dragging)}
      className="h-full overflow-auto outline-off"
    >
      {(entry) =>
        shape === "tiles" ? (
          <Tile entry={entry} isDraggable={props.onDropInto !== undefined} />
        ) : (
          <CompactRow entry={entry} />
        )
      }
    </GridList>
  );
  return shape === "tiles" ? (
    <Virtualizer layout={GridLayout} layoutOptions={tileLayout}>
      {list}
    </Virtualizer>
  ) : (
    <Virtualizer layout={ListLayout} layoutOptions={rowLayout}>
      {list}
    </Virtualizer>
  );
}

function Tile({ entry, isDraggable }: { readonly entry: Entry; readonly isDraggable: boolean }) {
  const t = useTranslations("files");
  const formatSize = useByteSize();
  return (
    <GridListItem
      id={entry.id}
      textValue={entry.name}
      className={classNames(
        itemClass,
        "relative flex h-full flex-col gap-3 rounded-lg border border-line p-3",
      )}
    >
      <span className="flex h-16 shrink-0 items-center justify-center">
        <EntryIcon entry={entry} size="large" />
      </span>
      <DragHandle isDisabled={!isDraggable} />
      <span className="block">
        <span className="block truncate text-sm font-medium">
          <bdi>{entry.name}</bdi>
        </span>
        <span className="flex h-5 items-center gap-2 truncate text-xs text-muted">
          {entry.state === "local" || entry.state === "conflict" ? (
            <EntryState state={entry.state} />
          ) : entry.kind === "folder" ? (
            t("kind.folder")
          ) : (
            formatSize(entry.sizeBytes)
          )}
        </span>
      </span>
    </GridListItem>
  );
}

function CompactRow({ entry }: { readonly entry: Entry }) {
  const t = useTranslations("files");
  const format = useFormatter();
  const formatSize = useByteSize();
  const date = format.dateTime(entry.modifiedAt, { dateStyle: "medium" });
  return (
    <GridListItem
      id={entry.id}
      textValue={entry.name}
      className={classNames(itemClass, "flex h-full items-center gap-3 rounded-md px-3")}
    >
      {({ isSelected }) => (
        <>
          <EntryIcon entry={entry} />
          <span className="min-w-0 grow">
            <span className="block truncate text-base font-medium">
              <bdi>{entry.name}</bdi>
            </span>
            <span className="flex items-center gap-2 text-xs text-muted">
              {entry.kind === "folder" ? t("kind.folder") : formatSize(entry.sizeBytes)} · {date}
              <EntryState state={entry.state} />
            </span>
          </span>
          {isSelected && <Icon name="check" className="size-5 shrink-0 text-accent" />}
        </>
      )}
    </GridListItem>
  );
}

const tileLayout = {
  minItemSize: new Size(150, 150),
  maxItemSize: new Size(220, 150),
  minSpace: new Size(12, 12),
};
const rowLayout = { rowSize: 64 };

const itemClass =
  "cursor-default outline-off data-hovered:bg-hover data-selected:bg-accent-soft data-selected:border-accent " +
  "data-focus-visible:outline-2 data-focus-visible:-outline-offset-2 data-focus-visible:outline-focus " +
  "data-drop-target:outline-2 data-drop-target:-outline-offset-2 data-drop-target:outline-accent data-dragging:opacity-50";
