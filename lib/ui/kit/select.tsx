import { useState } from "react";
import {
  Button as AriaButton,
  Select as AriaSelect,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from "react-aria-components";
import { useLayer } from "../router/layers.ts";
import { focusRing } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { fieldLabelClass } from "./fields.tsx";
import { Icon } from "./icons.tsx";
import { menuItemClass, popoverClass } from "./menu.tsx";

interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

export interface SelectProps<Value extends string> {
  readonly label: string;
  readonly options: readonly SelectOption<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** A compact select carries its label inside, for rows of filters. */
  readonly compact?: boolean;
}

export function Select<Value extends string>({
  label,
  options,
  value,
  onChange,
  compact = false,
}: SelectProps<Value>) {
  const [isOpen, setOpen] = useState(false);
  useLayer(isOpen, () => setOpen(false));
  return (
    <AriaSelect
      isOpen={isOpen}
      onOpenChange={setOpen}
      value={value}
      onChange={(key) => {
        const chosen = options.find((option) => option.value === key);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      className={compact ? "flex" : "flex flex-col gap-1.5"}
    >
      <Label className={compact ? "sr-only" : fieldLabelClass}>{label}</Label>
      <AriaButton
        className={classNames(
          "flex cursor-default items-center justify-between gap-2 rounded-md border bg-surface text-left transition-colors data-hovered:bg-hover",
          compact
            ? "h-8 border-line px-2.5 text-sm pointer-coarse:h-11"
            : "h-10 w-full border-line-strong px-3 text-base pointer-coarse:h-12",
          focusRing,
        )}
      >
        <span className="flex min-w-0 gap-1.5">
          {compact && <span className="text-muted">{label}</span>}
          <SelectValue className="truncate" />
        </span>
        <Icon name="chevronDown" className="size-4 shrink-0 text-muted" />
      </AriaButton>
      <Popover className={popoverClass}>
        <ListBox className="max-h-80 overflow-auto p-1 outline-off">
          {options.map((option) => (
            <ListBoxItem
              key={option.value}
              id={option.value}
              textValue={option.label}
              className={menuItemClass}
            >
              {({ isSelected }) => (
                <>
                  <span className="grow">{option.label}</span>
                  {isSelected && <Icon name="check" className="size-4" />}
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
