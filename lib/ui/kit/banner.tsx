import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Icon, type IconName } from "./icons.tsx";

export type BannerTone = "neutral" | "attention" | "contradiction" | "info";

/** A line above the content that stays until its cause is gone. */
export function Banner(props: {
  readonly tone: BannerTone;
  readonly icon?: IconName;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** "alert" interrupts a screen reader: for a contradiction only. */
  readonly role?: "status" | "alert";
}) {
  return (
    <div
      role={props.role}
      className={classNames(
        "flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg px-4 py-2.5 text-sm",
        tones[props.tone],
      )}
    >
      {props.icon !== undefined && <Icon name={props.icon} className="size-4.5 shrink-0" />}
      <div className="min-w-48 flex-1">{props.children}</div>
      {props.action}
    </div>
  );
}

const tones: Readonly<Record<BannerTone, string>> = {
  neutral: "bg-sunken text-text",
  info: "bg-partial-soft text-partial",
  attention: "bg-suspect-soft text-suspect",
  contradiction: "bg-contradiction-soft text-contradiction",
};
