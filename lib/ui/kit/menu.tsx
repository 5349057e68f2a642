import { Fragment, type ReactNode, useRef, useState } from "react";
import {
  Menu as AriaMenu,
  Keyboard,
  MenuItem,
  MenuTrigger,
  Popover,
  Separator,
  Text,
} from "react-aria-components";
import { useLayer } from "../router/layers.ts";
import type { Action } from "./action.ts";
import { classNames } from "./class-names.ts";
import { Icon } from "./icons.tsx";

/** A button (the child) that opens a menu of actions. */
export function ActionMenu(props: {
  readonly label: string;
  readonly actions: readonly Action[];
  readonly children: ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  useLayer(isOpen, () => setOpen(false));
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={setOpen}>
      {props.children}
      <Popover className={popoverClass} placement="bottom end">
        <ActionList label={props.label} actions={props.actions} />
      </Popover>
    </MenuTrigger>
  );
}

export interface ContextMenuState {
  /** Viewport coordinates of the pointer, or of the focused row when opened by keyboard. */
  readonly x: number;
  readonly y: number;
}

/** The same actions at the pointer. */
export function ContextMenu(props: {
  readonly label: string;
  readonly actions: readonly Action[];
  readonly state: ContextMenuState | undefined;
  readonly onClose: () => void;
}) {
  const anchor = useRef<HTMLSpanElement>(null);
  useLayer(props.state !== undefined, props.onClose);
  if (props.state === undefined) return null;
  return (
    <>
      <span
        ref={anchor}
        className="pointer-events-none fixed size-px"
        style={{ left: props.state.x, top: props.state.y }}
      />
      <Popover
        isOpen
        aria-label={props.label}
        triggerRef={anchor}
        placement="bottom start"
        offset={2}
        className={popoverClass}
        onOpenChange={(isOpen) => {
          if (!isOpen) props.onClose();
        }}
      >
        <ActionList label={props.label} actions={props.actions} onClose={props.onClose} />
      </Popover>
    </>
  );
}

function ActionList(props: {
  readonly label: string;
  readonly actions: readonly Action[];
  readonly onClose?: () => void;
}) {
  return (
    <AriaMenu
      aria-label={props.label}
      autoFocus="first"
      className="max-h-[inherit] min-w-52 overflow-auto p-1 outline-off"
      {...(props.onClose !== undefined && { onClose: props.onClose })}
    >
      {props.actions.map((action, index) => (
        <Fragment key={action.id}>
          {index > 0 && props.actions[index - 1]?.group !== action.group && (
            <Separator className="mx-2 my-1 h-px bg-line" />
          )}
          <MenuItem
            id={action.id}
            textValue={action.label}
            isDisabled={action.isDisabled ?? false}
            onAction={action.run}
            className={classNames(menuItemClass, action.isDangerous === true && "text-danger")}
          >
            <Icon name={action.icon} className="size-4.5 shrink-0 opacity-80" />
            <Text slot="label" className="grow">
              {action.label}
            </Text>
            {action.shortcut !== undefined && (
              <Keyboard className="font-sans text-xs text-muted">{action.shortcut}</Keyboard>
            )}
          </MenuItem>
        </Fragment>
      ))}
    </AriaMenu>
  );
}

export const popoverClass =
  "min-w-(--trigger-width) rounded-lg border border-line bg-raised text-sm shadow-raised outline-off " +
  "transition-opacity duration-100 data-entering:opacity-0 data-exiting:opacity-0";

export const menuItemClass =
  "flex cursor-default items-center gap-2.5 rounded-sm px-2.5 py-1.5 text-sm outline-off pointer-coarse:py-3 " +
  "data-focused:bg-hover data-hovered:bg-hover data-disabled:opacity-40";
