import type { IconName } from "./icons.tsx";

/** One thing a person can do now. Toolbar, context menu and shortcuts all come from one list of these. */
export interface Action {
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
  readonly run: () => void;
  /** Shown in menus, for example `F2`; handling it is the screen's work. */
  readonly shortcut?: string;
  readonly isDangerous?: boolean;
  readonly isDisabled?: boolean;
  /** Actions of different groups are divided by a line in menus. */
  readonly group?: string;
}
