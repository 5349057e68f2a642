import { useMemo, useState } from "react";
import { useLocale } from "use-intl";
import type { Entry, WorkspaceSummary } from "#client/engine.ts";
import { useFolder } from "../bindings/queries.ts";
import { sortByName } from "./entry-order.ts";
import { GoneNotice, useGone } from "./gone.tsx";
import { MoveDialog } from "./move-dialog.tsx";

export function MovePanel(props: {
  readonly entries: readonly Entry[];
  readonly workspace: WorkspaceSummary;
  readonly folder: string | null;
  readonly onMove: (entries: readonly Entry[], target: string | null) => void;
  readonly onClose: () => void;
}) {
  const { workspace } = props;
  const gone = useGone(workspace.id, props.folder, props.entries);
  const entries = useMemo(() => {
    const goneIds = new Set(gone.map(({ id }) => id));
    return props.entries.filter(({ id }) => !goneIds.has(id));
  }, [props.entries, gone]);
  const [shown, setShown] = useState(props.folder);
  const { data: listing } = useFolder(workspace.id, shown);
  const locale = useLocale();
  const folders = useMemo(() => {
    if (listing?.ok !== true) return undefined;
    const moved = new Set(props.entries.map(({ id }) => id));
    const others = listing.value.entries.filter(({ id, kind }) => kind === "folder" && !moved.has(id));
    return sortByName(others, locale);
  }, [listing, props.entries, locale]);
  const path = listing?.ok === true ? listing.value.path : [];
  return (
    <MoveDialog
      title={{ count: props.entries.length, name: props.entries[0]?.name ?? "" }}
      notice={<GoneNotice gone={gone} />}
      path={[{ id: null, name: workspace.name }, ...path]}
      folders={folders}
      canMoveHere={shown !== props.folder && entries.length > 0}
      error={listing?.ok === false ? listing.error : undefined}
      onEnter={setShown}
      onMove={() => {
        props.onMove(entries, shown);
        props.onClose();
      }}
      onClose={props.onClose}
    />
  );
}
