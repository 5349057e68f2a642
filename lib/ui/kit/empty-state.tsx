import type { ReactNode } from "react";
import { Icon, type IconName } from "./icons.tsx";

/** What a place says when it has nothing to show, or cannot show it: a title, a reason, a way on. */
export function EmptyState(props: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly role?: "alert";
}) {
  return (
    <div
      role={props.role}
      className="mx-auto flex max-w-sm flex-col items-center gap-2 px-6 py-16 text-center"
    >
      <span className="mb-2 flex size-14 items-center justify-center rounded-xl bg-sunken text-muted">
        <Icon name={props.icon} className="size-7" />
      </span>
      <p className="text-lg font-semibold">{props.title}</p>
      {props.children !== undefined && (
        <div className="text-sm text-balance text-muted">{props.children}</div>
      )}
      {props.actions !== undefined && (
        <div className="mt-4 flex flex-wrap justify-center gap-2">{props.actions}</div>
      )}
    </div>
  );
}

export function Skeleton({ className }: { readonly className: string }) {
  return <span aria-hidden="true" className={`block animate-pulse rounded-sm bg-sunken ${className}`} />;
}
