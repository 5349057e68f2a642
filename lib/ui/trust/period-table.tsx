import {
  Cell,
  Column,
  Row,
  Table,
  TableBody,
  TableHeader,
  TableLayout,
  Virtualizer,
} from "react-aria-components";
import { useFormatter, useTranslations } from "use-intl";
import type { Period } from "#client/engine.ts";
import { useMediaQuery } from "../kit/media-query.ts";
import { StateBadge } from "../kit/state.tsx";

const ROW_HEIGHT = 44;
const NARROW_ROW_HEIGHT = 56;
const HEADING_HEIGHT = 36;
const MAX_VISIBLE_ROWS = 12;

/** Newest first; Enter or a click opens the period. */
export function PeriodTable(props: {
  readonly periods: readonly Period[];
  readonly emptyText: string;
  readonly onOpen: (epoch: number) => void;
}) {
  const t = useTranslations("trust.table");
  const format = useFormatter();
  // Where there is no room for three columns, what happened stands below the time.
  const isNarrow = useMediaQuery("(max-width: 32rem)");
  const rowHeight = isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
  const rows = Math.max(2, Math.min(props.periods.length, MAX_VISIBLE_ROWS));
  const newestFirst = props.periods.toSorted((a, b) => b.epoch - a.epoch);
  return (
    <Virtualizer
      layout={TableLayout}
      key={String(isNarrow)}
      layoutOptions={{ rowHeight, headingHeight: HEADING_HEIGHT }}
    >
      <Table
        aria-label={t("title")}
        onRowAction={(key) => props.onOpen(Number(key))}
        className="w-full overflow-auto outline-off"
        style={{ height: rows * rowHeight + HEADING_HEIGHT + 2 }}
      >
        <TableHeader className="bg-surface">
          <Column isRowHeader minWidth={118} className={headingClass}>
            {t("columns.time")}
          </Column>
          {!isNarrow && (
            <Column minWidth={104} className={headingClass}>
              {t("columns.what")}
            </Column>
          )}
          <Column minWidth={136} className={headingClass}>
            {t("columns.state")}
          </Column>
        </TableHeader>
        <TableBody
          items={newestFirst.map((period) => ({ id: period.epoch, period }))}
          renderEmptyState={() => <p className="px-2 py-4 text-sm text-muted">{props.emptyText}</p>}
        >
          {({ period }) => (
            <Row className="h-full cursor-default border-b border-line outline-off data-hovered:bg-hover data-focus-visible-within:outline-2 data-focus-visible-within:-outline-offset-2 data-focus-visible-within:outline-focus">
              <Cell className={cellClass}>
                <span className="flex min-w-0 flex-col">
                  <span className="truncate tabular-nums">
                    {period.sealedAt === null ? t("open") : format.dateTime(period.sealedAt, sealFormat)}
                  </span>
                  {isNarrow && (
                    <span className="truncate text-xs text-muted">
                      {t("events", { count: period.ownOperations })}
                    </span>
                  )}
                </span>
              </Cell>
              {!isNarrow && (
                <Cell className={cellClass}>
                  <span className={period.ownOperations === 0 ? "truncate text-muted" : "truncate"}>
                    {t("events", { count: period.ownOperations })}
                  </span>
                </Cell>
              )}
              <Cell className={cellClass}>
                <StateBadge state={period.state} />
              </Cell>
            </Row>
          )}
        </TableBody>
      </Table>
    </Virtualizer>
  );
}

const sealFormat = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;

const headingClass =
  "flex h-full items-center border-b border-line px-2 text-xs font-medium text-muted outline-off";
const cellClass = "flex h-full min-w-0 items-center px-2 text-sm outline-off";
