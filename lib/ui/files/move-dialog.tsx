import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { EngineError } from "#client/engine.ts";
import { useErrorWords } from "../error-words.ts";
import { Banner } from "../kit/banner.tsx";
import { Button, IconButton } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { Skeleton } from "../kit/empty-state.tsx";
import { Icon } from "../kit/icons.tsx";
import { ItemGrid } from "../kit/item-grid/item-grid.tsx";

interface MoveTarget {
  readonly id: string | null;
  readonly name: string;
}

interface Folder extends MoveTarget {
  readonly id: string;
}

export interface MoveDialogProps {
  /** What is moved: how many, and the first one's name. */
  readonly title: { readonly count: number; readonly name: string };
  readonly notice: ReactNode;
  /** From the workspace's root down to the folder shown. */
  readonly path: readonly [MoveTarget, ...MoveTarget[]];
  /** The folders inside the one shown; undefined while they load. The moved ones are left out by the caller. */
  readonly folders: readonly Folder[] | undefined;
  /** False where the entries are already. */
  readonly canMoveHere: boolean;
  readonly error: EngineError | undefined;
  readonly onEnter: (folder: string | null) => void;
  readonly onMove: () => void;
  readonly onClose: () => void;
}

/** Walks the folders one level at a time, which works the same on a phone and by keyboard. */
export function MoveDialog(props: MoveDialogProps) {
  const t = useTranslations("files.move");
  const tActions = useTranslations("common.actions");
  const errorWords = useErrorWords();
  const here = props.path.at(-1) ?? props.path[0];
  const parent = props.path.at(-2);
  return (
    <Dialog
      isOpen
      title={t("title", props.title)}
      onClose={props.onClose}
      footer={
        <>
          <Button variant="quiet" onPress={props.onClose}>
            {tActions("cancel")}
          </Button>
          <Button variant="primary" isDisabled={!props.canMoveHere} onPress={props.onMove}>
            {t("submit")}
          </Button>
        </>
      }
    >
      {props.notice}
      <div className="flex min-h-10 items-center gap-1 border-b border-line pb-2">
        {parent !== undefined && (
          <IconButton
            icon="chevronLeft"
            size="small"
            label={tActions("back")}
            onPress={() => props.onEnter(parent.id)}
          />
        )}
        <span className="truncate px-1 text-sm font-medium">{here.name}</span>
      </div>
      <div className="h-64 pt-2">
        {props.folders === undefined &&
          ["w-40", "w-52"].map((width) => <Skeleton key={width} className={`my-2 h-5 ${width}`} />)}
        {props.folders?.length === 0 && (
          <p className="px-2 py-6 text-center text-sm text-muted">{t("noFolders")}</p>
        )}
        {props.folders !== undefined && props.folders.length > 0 && (
          <ItemGrid
            // Each folder begins at its top.
            key={here.id}
            label={t("choose")}
            items={props.folders}
            selecting={undefined}
            dragging={undefined}
            onOpen={(folder) => props.onEnter(folder.id)}
            columns={1}
            itemHeight={44}
            itemClass="cursor-default rounded-md px-2 text-sm outline-off hover:bg-hover focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-focus"
          >
            {(folder) => (
              <div role="gridcell" className="flex h-full items-center gap-3">
                <Icon name="folder" className="size-5 shrink-0 text-accent" />
                <bdi className="grow truncate">{folder.name}</bdi>
                <Icon name="chevronRight" className="size-4 shrink-0 text-muted" />
              </div>
            )}
          </ItemGrid>
        )}
      </div>
      {props.error !== undefined && (
        <Banner tone="attention" icon="warning" role="status">
          {errorWords(props.error)}
        </Banner>
      )}
    </Dialog>
  );
}
