import type { ReactNode } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Link as AriaLink,
} from "react-aria-components";
import { classNames } from "./class-names.ts";
import { Icon, type IconName } from "./icons.tsx";

export type ButtonVariant = "primary" | "secondary" | "quiet" | "danger";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children"> {
  readonly variant?: ButtonVariant;
  readonly icon?: IconName;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Button({ variant = "secondary", icon, wide = false, children, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={buttonClass(variant, wide)}>
      {icon !== undefined && <Icon name={icon} className="size-4.5 shrink-0" />}
      <span className="min-w-0 truncate">{children}</span>
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children"> {
  readonly icon: IconName;
  readonly label: string;
  readonly size?: "small" | "medium";
}

export function IconButton({ icon, label, size = "medium", ...props }: IconButtonProps) {
  return (
    <AriaButton
      {...props}
      aria-label={label}
      className={classNames(
        "inline-flex shrink-0 cursor-default items-center justify-center rounded-md text-muted outline-off transition-colors",
        "data-hovered:bg-hover data-hovered:text-text data-pressed:bg-line data-disabled:opacity-40",
        focusRing,
        size === "small" ? "size-7 pointer-coarse:size-10" : "size-9 pointer-coarse:size-11",
      )}
    >
      <Icon name={icon} className="size-4.5" />
    </AriaButton>
  );
}

export function LinkButton(props: {
  readonly href: string;
  readonly variant?: ButtonVariant;
  readonly children: ReactNode;
}) {
  return (
    <AriaLink href={props.href} className={buttonClass(props.variant ?? "secondary", false)}>
      {props.children}
    </AriaLink>
  );
}

/** One visible focus style everywhere: a ring that clears the control's own border. */
export const focusRing =
  "outline-off data-focus-visible:outline-2 data-focus-visible:outline-offset-2 data-focus-visible:outline-focus";

function buttonClass(variant: ButtonVariant, wide: boolean): string {
  return classNames(
    "inline-flex max-w-full cursor-default select-none whitespace-nowrap items-center justify-center gap-2 rounded-md px-3.5 py-2 text-center text-sm font-medium",
    "min-h-9 transition-colors pointer-coarse:min-h-11 data-disabled:opacity-50",
    focusRing,
    wide && "w-full",
    variants[variant],
  );
}

// Borders that cannot be seen are seen where the system chooses the colours.
const variants: Readonly<Record<ButtonVariant, string>> = {
  primary:
    "border border-transparent bg-accent text-on-accent data-hovered:bg-accent-hover data-pressed:bg-accent-hover",
  secondary: "border border-line bg-surface text-text shadow-xs data-hovered:bg-hover data-pressed:bg-line",
  quiet: "border border-transparent text-text data-hovered:bg-hover data-pressed:bg-line",
  danger:
    "border border-transparent bg-danger text-on-danger data-hovered:bg-danger-hover data-pressed:bg-danger-hover",
};
