import type { Entry, FolderListing, WorkspaceSummary } from "#client/engine.ts";
import { useVersions } from "../bindings/queries.ts";
import { DetailsDrawer } from "./details-drawer.tsx";
import { useFileTasks } from "./file-tasks.ts";

export function DetailsPanel(props: {
  readonly workspace: WorkspaceSummary;
  readonly entry: Entry;
  readonly isGone: boolean;
  readonly path: FolderListing["path"];
  readonly canWrite: boolean;
  readonly onClose: () => void;
}) {
  const { workspace, entry, path } = props;
  const { data: versions } = useVersions(workspace.id, entry);
  const tasks = useFileTasks(workspace, path.at(-1)?.id ?? null);
  return (
    <DetailsDrawer
      entry={entry}
      isGone={props.isGone}
      location={[workspace.name, ...path.map(({ name }) => name)]}
      versions={versions?.ok === true ? versions.value : undefined}
      onRestore={props.canWrite && !props.isGone ? (version) => tasks.restore(entry.id, version) : undefined}
      onClose={props.onClose}
    />
  );
}
