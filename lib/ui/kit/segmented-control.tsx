import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { focusRing } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { Icon, type IconName } from "./icons.tsx";

export interface Segment<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** With an icon the label is only read aloud. */
  readonly icon?: IconName;
}

/** One choice of a few, all visible. */
export function SegmentedControl<Value extends string>(props: {
  readonly label: string;
  readonly segments: readonly Segment<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}) {
  return (
    <ToggleButtonGroup
      aria-label={props.label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[props.value]}
      onSelectionChange={(keys) => {
        const chosen = props.segments.find((segment) => keys.has(segment.value));
        if (chosen !== undefined) props.onChange(chosen.value);
      }}
      className="inline-flex rounded-md bg-sunken p-0.5"
    >
      {props.segments.map((segment) => (
        <ToggleButton
          key={segment.value}
          id={segment.value}
          {...(segment.icon !== undefined && { "aria-label": segment.label })}
          className={classNames(
            "flex h-8 cursor-default items-center rounded-sm px-3 text-sm font-medium text-muted transition-colors pointer-coarse:h-10",
            "data-hovered:text-text data-selected:bg-raised data-selected:text-text data-selected:shadow-xs",
            segment.icon !== undefined && "px-2 pointer-coarse:px-3",
            focusRing,
          )}
        >
          {segment.icon === undefined ? segment.label : <Icon name={segment.icon} className="size-4.5" />}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
