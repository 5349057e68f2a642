import { useRef } from "react";
import {
  Cell,
  Column,
  Row,
  type Selection,
  Table,
  TableBody,
  TableHeader,
  TableLayout,
  Virtualizer,
} from "react-aria-components";
import { useFormatter, useTranslations } from "use-intl";
import type { Entry } from "#client/engine.ts";
import { useByteSize } from "../kit/byte-size.ts";
import { classNames } from "../kit/class-names.ts";
import { useElementWidth } from "../kit/element-width.ts";
import { Icon } from "../kit/icons.tsx";
import { EntryIcon } from "./entry-icon.tsx";
import type { SortColumn, SortOrder } from "./entry-order.ts";
import { EntryState } from "./entry-state.tsx";
import { useMoveByDragging } from "./move-by-dragging.tsx";

export interface FileListProps {
  readonly label: string;
  readonly entries: readonly Entry[];
  readonly selection: Selection;
  readonly onSelectionChange: (selection: Selection) => void;
  readonly onOpen: (entry: Entry) => void;
  /** Undefined where writing is not allowed. */
  readonly onDropInto: ((ids: readonly string[], folder: string) => void) | undefined;
}

export interface FileTableProps extends FileListProps {
  readonly sort: SortOrder;
  readonly onSortChange: (sort: SortOrder) => void;
}

/** Thousands of rows stay quick: only those in sight exist. */
export function FileTable(props: FileTableProps) {
  const t = useTranslations("files");
  const format = useFormatter();
  const formatSize = useByteSize();
  const dragging = useMoveByDragging(props.entries, props.onDropInto);
  const container = useRef<HTMLDivElement>(null);
  // Beside an open drawer, or on a tablet, names need the room of the date, which the drawer says.
  const width = useElementWidth(container);
  const isSlim = width > 0 && width < SLIM_WIDTH;
  const byId = new Map(props.entries.map((entry) => [entry.id, entry]));
  return (
    <div ref={container} className="h-full">
      <Virtualizer layout={TableLayout} layoutOptions={{ rowHeight: 48, headingHeight: 36 }}>
        <Table
          aria-label={props.label}
          selectionMode="multiple"
          selectionBehavior="replace"
          selectedKeys={props.selection}
          onSelectionChange={props.onSelectionChange}
          sortDescriptor={props.sort}
          onSortChange={({ column, direction }) => {
            const known = columns.find((candidate) => candidate === column);
            if (known !== undefined) props.onSortChange({ column: known, direction });
          }}
          onRowAction={(key) => {
            const entry = byId.get(String(key));
            if (entry !== undefined) props.onOpen(entry);
          }}
          {...dragging}
          className="h-full overflow-auto outline-off"
        >
          <TableHeader className="bg-surface">
            <SortableColumn id="name" label={t("columns.name")} isRowHeader minWidth={160} />
            {!isSlim && <SortableColumn id="modified" label={t("columns.modified")} width={190} />}
            <SortableColumn id="size" label={t("columns.size")} width={110} isNumeric />
          </TableHeader>
          <TableBody items={props.entries} dependencies={[format, isSlim]}>
            {(entry) => (
              <Row id={entry.id} textValue={entry.name} className={rowClass}>
                <Cell className={cellClass}>
                  <span className="flex w-full min-w-0 items-center gap-3">
                    <EntryIcon entry={entry} />
                    <bdi className="overflow-hidden font-medium text-ellipsis whitespace-pre">
                      {entry.name}
                    </bdi>
                    <EntryState state={entry.state} />
                  </span>
                </Cell>
                {!isSlim && (
                  <Cell className={classNames(cellClass, "text-muted")}>
                    <time dateTime={new Date(entry.modifiedAt).toISOString()} className="truncate">
                      {format.dateTime(entry.modifiedAt, { dateStyle: "medium", timeStyle: "short" })}
                    </time>
                  </Cell>
                )}
                <Cell className={classNames(cellClass, "justify-end text-muted tabular-nums")}>
                  {entry.kind === "folder" ? t("folderSize") : formatSize(entry.sizeBytes)}
                </Cell>
              </Row>
            )}
          </TableBody>
        </Table>
      </Virtualizer>
    </div>
  );
}

function SortableColumn(props: {
  readonly id: SortColumn;
  readonly label: string;
  readonly isRowHeader?: boolean;
  readonly width?: number;
  readonly minWidth?: number;
  readonly isNumeric?: boolean;
}) {
  return (
    <Column
      id={props.id}
      allowsSorting
      isRowHeader={props.isRowHeader ?? false}
      {...(props.width !== undefined && { width: props.width })}
      {...(props.minWidth !== undefined && { minWidth: props.minWidth })}
      className={classNames(
        "flex h-full cursor-default items-center border-b border-line px-3 text-xs font-medium text-muted outline-off",
        "data-hovered:text-text data-focus-visible:outline-2 data-focus-visible:-outline-offset-2 data-focus-visible:outline-focus",
        props.isNumeric === true && "justify-end",
      )}
    >
      {({ sortDirection }) => (
        <span className="inline-flex items-center gap-1">
          {props.label}
          {sortDirection !== undefined && (
            <Icon name={sortDirection === "ascending" ? "sortUp" : "sortDown"} className="size-3.5" />
          )}
        </span>
      )}
    </Column>
  );
}

const SLIM_WIDTH = 600;

const columns: readonly SortColumn[] = ["name", "modified", "size"];

const cellClass = "flex h-full min-w-0 items-center px-3 text-sm outline-off";

// A cell may have the focus instead of its row; the row is what is looked for either way.
const rowClass =
  "group h-full cursor-default outline-off data-hovered:bg-hover data-selected:bg-accent-soft " +
  "data-focus-visible-within:outline-2 data-focus-visible-within:-outline-offset-2 data-focus-visible-within:outline-focus " +
  "data-drop-target:bg-accent-soft data-drop-target:outline-2 data-drop-target:-outline-offset-2 data-drop-target:outline-accent " +
  "data-dragging:opacity-50";
