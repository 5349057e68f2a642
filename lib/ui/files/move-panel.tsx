import { useState } from "react";
import type { Entry, WorkspaceSummary } from "#client/engine.ts";
import { useFolder } from "../bindings/queries.ts";
import { MoveDialog } from "./move-dialog.tsx";

export function MovePanel(props: {
  readonly entries: readonly Entry[];
  readonly workspace: WorkspaceSummary;
  readonly folder: string | null;
  readonly onMove: (entries: readonly Entry[], target: string | null) => void;
  readonly onClose: () => void;
}) {
  const { workspace, entries } = props;
  const [shown, setShown] = useState(props.folder);
  const { data: listing } = useFolder(workspace.id, shown);
  const moved = new Set(entries.map(({ id }) => id));
  const path = listing?.ok === true ? listing.value.path : [];
  return (
    <MoveDialog
      movedNames={entries.map(({ name }) => name)}
      path={[{ id: null, name: workspace.name }, ...path]}
      folders={
        listing?.ok === true
          ? listing.value.entries.filter(({ id, kind }) => kind === "folder" && !moved.has(id))
          : undefined
      }
      canMoveHere={shown !== props.folder}
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
