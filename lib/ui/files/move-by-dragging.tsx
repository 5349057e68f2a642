import { Button, type DragAndDropHooks, isTextDropItem, useDragAndDrop } from "react-aria-components";
import { useTranslations } from "use-intl";
import type { Entry } from "#client/engine.ts";
import { Icon } from "../kit/icons.tsx";

/** A type of our own: what is dragged out of the app carries no name and no id of ours. */
const DRAG_TYPE = "application/x-holdfast-entry";

/**
 * Dragging entries onto a folder of the same list moves them. By keyboard the same is done with "Move to…". The list
 * gets the same hooks whether or not anything may be moved: it must not change between having them and not, and
 * writing can pause at any time.
 */
export function useMoveByDragging(
  entries: readonly Entry[],
  onDropInto: ((ids: readonly string[], folder: string) => void) | undefined,
): { readonly dragAndDropHooks: DragAndDropHooks } {
  const folders = new Set(entries.filter(({ kind }) => kind === "folder").map(({ id }) => id));
  const { dragAndDropHooks } = useDragAndDrop({
    isDisabled: onDropInto === undefined,
    getItems: (keys) => [...keys].map((key) => ({ [DRAG_TYPE]: String(key) })),
    acceptedDragTypes: [DRAG_TYPE],
    getAllowedDropOperations: () => ["move"],
    getDropOperation: () => "move",
    shouldAcceptItemDrop: (target, types) =>
      target.dropPosition === "on" && folders.has(String(target.key)) && types.has(DRAG_TYPE),
    onItemDrop: (event) => {
      const folder = String(event.target.key);
      const texts = event.items.filter(isTextDropItem).map((item) => item.getText(DRAG_TYPE));
      void Promise.all(texts).then((ids) => {
        const moved = ids.filter((id) => id !== folder);
        if (moved.length > 0) onDropInto?.(moved, folder);
      });
    },
  });
  return { dragAndDropHooks };
}

/**
 * For keyboard and screen reader, to begin dragging a tile; not seen until it has the focus. A row of the table has
 * none: it would get the focus at every click there, and Enter would drag instead of open.
 */
export function DragHandle({ isDisabled }: { readonly isDisabled: boolean }) {
  const t = useTranslations("files.actions");
  return (
    <Button
      slot="drag"
      isDisabled={isDisabled}
      aria-label={t("drag")}
      className="sr-only top-2 right-2 rounded-sm outline-off data-focus-visible:not-sr-only data-focus-visible:absolute! data-focus-visible:outline-2 data-focus-visible:outline-focus"
    >
      <Icon name="move" className="size-4" />
    </Button>
  );
}
