import { type ReactNode, useRef } from "react";
import { Toolbar } from "react-aria-components";
import { useTranslations } from "use-intl";
import type { Action } from "../kit/action.ts";
import { Button, IconButton } from "../kit/button.tsx";
import { useElementWidth } from "../kit/element-width.ts";
import { ActionMenu } from "../kit/menu.tsx";

/** One line of fixed height: how many things are here, or what can be done with the selected ones. */
export function SelectionBar(props: {
  /** Zero is not said here: the empty folder says it. */
  readonly itemCount: number;
  readonly selectedCount: number;
  readonly actions: readonly Action[];
  readonly onClear: () => void;
  /** Shown at the end of the line while nothing is selected. */
  readonly sorting: ReactNode;
}) {
  const t = useTranslations("files");
  const tActions = useTranslations("common.actions");
  const container = useRef<HTMLDivElement>(null);
  const isWide = useElementWidth(container) > 860;
  const [visible, hidden] = isWide
    ? [props.actions, []]
    : [props.actions.slice(0, 2), props.actions.slice(2)];
  return (
    <div ref={container} className="flex h-11 shrink-0 items-center px-4 md:px-6 pointer-coarse:h-13">
      {props.selectedCount === 0 ? (
        <>
          <p className="mr-auto text-sm text-muted" role="status">
            {props.itemCount > 0 && t("itemCount", { count: props.itemCount })}
          </p>
          {props.itemCount > 0 && props.sorting}
        </>
      ) : (
        <Toolbar
          aria-label={t("actions.toolbar")}
          className="-mx-2 flex w-full grow min-w-0 items-center gap-0.5 rounded-lg bg-accent-soft px-1"
        >
          <IconButton icon="close" size="small" label={t("clearSelection")} onPress={props.onClear} />
          <span className="mr-auto truncate px-1.5 text-sm font-medium text-accent">
            {t("selected", { count: props.selectedCount })}
          </span>
          {visible.map((action) =>
            isWide ? (
              <Button key={action.id} variant="quiet" icon={action.icon} onPress={action.run}>
                {action.label}
              </Button>
            ) : (
              <IconButton key={action.id} icon={action.icon} label={action.label} onPress={action.run} />
            ),
          )}
          {hidden.length > 0 && (
            <ActionMenu label={tActions("more")} actions={hidden}>
              <IconButton icon="more" label={tActions("more")} />
            </ActionMenu>
          )}
        </Toolbar>
      )}
    </div>
  );
}
