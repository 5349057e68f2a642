import { useRef } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { useByteSize } from "../kit/byte-size.ts";
import { classNames } from "../kit/class-names.ts";
import { useElementWidth } from "../kit/element-width.ts";
import { Icon } from "../kit/icons.tsx";
import { ItemGrid } from "../kit/item-grid/item-grid.tsx";
import { EntryIcon } from "./entry-icon.tsx";
import type { SortColumn, SortOrder } from "./entry-order.ts";
import { EntryState } from "./entry-state.tsx";
import { type FileListProps, useMoveByDragging } from "./file-list.ts";

export interface FileTableProps extends FileListProps {
  readonly sort: SortOrder;
  readonly onSortChange: (sort: SortOrder) => void;
}

export function FileTable(props: FileTableProps) {
  const t = useTranslations("files");
  const format = useFormatter();
  const formatSize = useByteSize();
  const dragging = useMoveByDragging(props);
  const container = useRef<HTMLDivElement>(null);
  // Beside an open drawer, or on a tablet, names need the room of the date, which the drawer says.
  const width = useElementWidth(container);
  const isSlim = width > 0 && width < SLIM_WIDTH;
  const columns: readonly SortColumn[] = isSlim ? ["name", "size"] : ["name", "modified", "size"];
  const template = isSlim
    ? "grid grid-cols-[minmax(10rem,1fr)_6.875rem]"
    : "grid grid-cols-[minmax(10rem,1fr)_11.875rem_6.875rem]";
  const heading = (
    <div role="row" aria-rowindex={1} className={classNames(template, "h-full bg-surface")}>
      {columns.map((column, index) => (
        <ColumnHeading key={column} column={column} index={index + 1} {...props} />
      ))}
    </div>
  );
  return (
    <div ref={container} className="h-full">
      <ItemGrid
        {...props}
        items={props.entries}
        selecting={{ selection: props.selection, onChange: props.onSelectionChange }}
        dragging={dragging}
        columns={1}
        itemHeight={48}
        head={{ height: 36, columnCount: columns.length, row: heading }}
        itemClass={classNames(template, rowClass)}
      >
        {(entry) => (
          <>
            <div role="rowheader" aria-colindex={1} className={cellClass}>
              <span data-grip className="flex max-w-full min-w-0 items-center gap-3">
                <EntryIcon entry={entry} />
                <bdi className="overflow-hidden font-medium text-ellipsis whitespace-pre">{entry.name}</bdi>
                <EntryState state={entry.state} isWaiting={props.isWaiting} />
              </span>
            </div>
            {!isSlim && (
              <div role="gridcell" aria-colindex={2} className={classNames(cellClass, "text-muted")}>
                <time dateTime={new Date(entry.modifiedAt).toISOString()} className="truncate">
                  {format.dateTime(entry.modifiedAt, { dateStyle: "medium", timeStyle: "short" })}
                </time>
              </div>
            )}
            <div
              role="gridcell"
              aria-colindex={columns.length}
              className={classNames(cellClass, "justify-end text-muted tabular-nums")}
            >
              {entry.kind === "folder" ? t("folderSize") : formatSize(entry.sizeBytes)}
            </div>
          </>
        )}
      </ItemGrid>
    </div>
  );
}

function ColumnHeading(props: {
  readonly column: SortColumn;
  readonly index: number;
  readonly sort: SortOrder;
  readonly onSortChange: (sort: SortOrder) => void;
}) {
  const t = useTranslations("files.columns");
  const { column, sort } = props;
  const isSorted = sort.column === column;
  const isAscending = sort.direction === "ascending";
  return (
    <div
      role="columnheader"
      aria-colindex={props.index}
      aria-sort={isSorted ? sort.direction : "none"}
      className={classNames(
        "flex min-w-0 border-b border-line text-xs font-medium text-muted",
        column === "size" && "justify-end",
      )}
    >
      <button
        type="button"
        className="inline-flex cursor-default items-center gap-1 rounded-sm px-3 outline-off hover:text-text focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-focus"
        onClick={() =>
          props.onSortChange({ column, direction: isSorted && isAscending ? "descending" : "ascending" })
        }
      >
        {t(column)}
        {isSorted && <Icon name={isAscending ? "sortUp" : "sortDown"} className="size-3.5" />}
      </button>
    </div>
  );
}

const SLIM_WIDTH = 600;

const cellClass = "flex h-full min-w-0 items-center px-3 text-sm";

const rowClass =
  "inset-x-0 cursor-default outline-off hover:bg-hover data-selected:bg-accent-soft " +
  "focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-focus " +
  "data-drop-target:bg-accent-soft data-drop-target:outline-2 data-drop-target:-outline-offset-2 data-drop-target:outline-accent " +
  "data-dragging:opacity-50";
