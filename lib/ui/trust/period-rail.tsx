import { useRef, useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { Period } from "#client/engine.ts";
import { useElementWidth } from "../kit/element-width.ts";
import { SegmentedControl } from "../kit/segmented-control.tsx";
import { StateMark, stateTextColours } from "../kit/state.tsx";
import { groupPeriods, type PeriodGroup, type RailZoom, worstState } from "./period-groups.ts";

const CELL_WIDTH = 26;
const LANE_HEIGHT = 34;
const LABEL_WIDTH = 132;
const AXIS_HEIGHT = 22;
const LABEL_HEIGHT = 20;
const FEW_CELLS = 3;
const lanes = ["device", "record", "seal"] as const;

/**
 * Three lanes, a cell a period, the newest at the right. A picture with a summary: everything in it is also
 * in the table below, which is what keyboard and screen reader use.
 */
export function PeriodRail(props: {
  readonly periods: readonly Period[];
  readonly onOpen: (epoch: number) => void;
}) {
  const t = useTranslations("trust.rail");
  const [zoom, setZoom] = useState<RailZoom>("hour");
  const container = useRef<HTMLDivElement>(null);
  const width = useElementWidth(container);
  // Where there is no room at the side, each lane has its name above it.
  const isNarrow = width < 560;
  const labelWidth = isNarrow ? 0 : LABEL_WIDTH;
  const laneTop = isNarrow ? LABEL_HEIGHT : 0;
  const laneStep = LANE_HEIGHT + laneTop;
  const capacity = Math.max(1, Math.floor((width - labelWidth) / CELL_WIDTH));
  const groups = groupPeriods(props.periods, zoom).slice(-capacity);
  const summary = useSummary(groups);
  return (
    <section aria-label={t("title")} className="rounded-xl border border-line p-4 sm:p-5">
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-base font-semibold">{t("title")}</h2>
        <SegmentedControl
          label={t("zoom.label")}
          value={zoom}
          onChange={setZoom}
          segments={zooms.map((value) => ({ value, label: t(`zoom.${value}`) }))}
        />
      </div>
      <div ref={container}>
        {width > 0 && (
          <svg
            role="img"
            aria-label={summary}
            width={width}
            height={lanes.length * laneStep + AXIS_HEIGHT}
            className="block text-xs"
          >
            {lanes.map((lane, row) => (
              <g key={lane} transform={`translate(0 ${row * laneStep})`}>
                <text
                  x="0"
                  y={isNarrow ? LABEL_HEIGHT / 2 : LANE_HEIGHT / 2}
                  dominantBaseline="central"
                  className="fill-muted"
                >
                  {t(`lanes.${lane}`)}
                </text>
                {groups.map((group, column) => (
                  <Cell
                    key={group.epoch}
                    x={labelWidth + column * CELL_WIDTH}
                    y={laneTop}
                    state={group.lanes[lane]}
                    onPress={() => props.onOpen(group.epoch)}
                  />
                ))}
              </g>
            ))}
            <Axis groups={groups} left={labelWidth} top={lanes.length * laneStep} zoom={zoom} />
          </svg>
        )}
      </div>
    </section>
  );
}

function Cell(props: {
  readonly x: number;
  readonly y: number;
  readonly state: Period["state"];
  readonly onPress: () => void;
}) {
  return (
    <g
      transform={`translate(${props.x} ${props.y})`}
      className={`group ${stateTextColours[props.state]}`}
      onClick={props.onPress}
    >
      <rect
        x="1.5"
        y="3"
        width={CELL_WIDTH - 3}
        height={LANE_HEIGHT - 6}
        rx="6"
        className="fill-current opacity-10 transition-opacity group-hover:opacity-25"
      />
      <g transform={`translate(${CELL_WIDTH / 2 - 5} ${LANE_HEIGHT / 2 - 5}) scale(${10 / 12})`}>
        <StateMark state={props.state} />
      </g>
    </g>
  );
}

function Axis(props: {
  readonly groups: readonly PeriodGroup[];
  readonly left: number;
  readonly top: number;
  readonly zoom: RailZoom;
}) {
  const t = useTranslations("trust.rail");
  const format = useFormatter();
  const y = props.top + AXIS_HEIGHT - 6;
  const every = props.zoom === "hour" ? 6 : 8;
  const last = props.groups.length - 1;
  return (
    <g className="fill-muted tabular-nums">
      {props.groups.map((group, column) => {
        const isLabelled = column % every === 0 && last - column >= 4;
        if (!isLabelled || group.sealedAt === null) return null;
        return (
          <text key={group.epoch} x={props.left + column * CELL_WIDTH + 2} y={y}>
            {format.dateTime(group.sealedAt, axisFormats[props.zoom])}
          </text>
        );
      })}
      {last >= 0 && (
        <text
          // Below few cells the word is longer than they are.
          x={props.left + (last < FEW_CELLS ? last * CELL_WIDTH + 2 : (last + 1) * CELL_WIDTH - 2)}
          y={y}
          textAnchor={last < FEW_CELLS ? "start" : "end"}
          className="fill-text"
        >
          {t("newest")}
        </text>
      )}
    </g>
  );
}

function useSummary(groups: readonly PeriodGroup[]): string {
  const t = useTranslations("trust.rail");
  const format = useFormatter();
  const tTable = useTranslations("trust.table");
  const states = groups.map((group) => worstState(Object.values(group.lanes)));
  const time = (at: number | null | undefined) =>
    at === null || at === undefined
      ? tTable("open")
      : format.dateTime(at, { dateStyle: "medium", timeStyle: "short" });
  return t("summary", {
    count: groups.length,
    from: time(groups[0]?.sealedAt),
    to: time(groups.at(-1)?.sealedAt),
    checked: states.filter((state) => state === "verified").length,
    waiting: states.filter((state) => state === "pending").length,
    attention: states.filter((state) => state === "suspect" || state === "contradiction").length,
  });
}

const zooms: readonly RailZoom[] = ["hour", "day", "month"];

const axisFormats = {
  hour: { hour: "2-digit", minute: "2-digit" },
  day: { weekday: "short", hour: "2-digit" },
  month: { day: "numeric", month: "short" },
} as const;
