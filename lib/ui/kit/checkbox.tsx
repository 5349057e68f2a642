import type { ReactNode } from "react";
import { CheckboxButton, CheckboxField } from "react-aria-components";
import { Icon } from "./icons.tsx";

export function Checkbox(props: {
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <CheckboxField isSelected={props.isSelected} onChange={props.onChange}>
      <CheckboxButton className="group flex cursor-default items-start gap-3 py-1 text-sm">
        <span className="mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-surface text-on-accent group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-focus-visible:outline-focus group-data-selected:border-accent group-data-selected:bg-accent">
          {props.isSelected && <Icon name="check" className="size-4" />}
        </span>
        <span>{props.children}</span>
      </CheckboxButton>
    </CheckboxField>
  );
}
