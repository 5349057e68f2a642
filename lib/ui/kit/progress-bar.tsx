import { ProgressBar as AriaProgressBar } from "react-aria-components";
import { classNames } from "./class-names.ts";

/** `value` is 0 to 1; undefined while the length of the work is not known. */
export function ProgressBar(props: {
  readonly label: string;
  readonly value: number | undefined;
  readonly tone?: "accent" | "muted";
}) {
  return (
    <AriaProgressBar
      aria-label={props.label}
      isIndeterminate={props.value === undefined}
      value={(props.value ?? 0) * 100}
      className="block h-1 w-full overflow-hidden rounded-full bg-line"
    >
      {({ percentage, isIndeterminate }) => (
        <span
          className={classNames(
            "block h-full rounded-full transition-[width]",
            props.tone === "muted" ? "bg-line-strong" : "bg-accent",
            isIndeterminate && "w-1/3 animate-pulse",
          )}
          {...(!isIndeterminate && { style: { width: `${percentage ?? 0}%` } })}
        />
      )}
    </AriaProgressBar>
  );
}
