import { toHex } from "#protocol/bytes/text.ts";
import type { RandomBytes } from "#protocol/crypto/suite.ts";
import { ID_BYTES } from "#protocol/log/identifiers.ts";
import type { UploadSource } from "../../engine.ts";
import type { HandleStore } from "../ports.ts";
import { cleanName } from "./clean-name.ts";
import { NO_PROGRESS } from "./earlier-progress.ts";
import { topFolderOf } from "./file-source.ts";
import type { JobRow, JobRows } from "./job-rows.ts";
import { UploadJob } from "./upload-job.ts";

/** One job for each chosen folder, and one for all files that were chosen by themselves; kept at rest. */
export async function createJobs(
  place: { readonly workspace: string; readonly folder: string | null },
  sources: readonly UploadSource[],
  host: {
    readonly randomBytes: RandomBytes;
    readonly now: () => number;
    readonly rows: JobRows;
    readonly handles: HandleStore;
  },
): Promise<readonly UploadJob[]> {
  const jobs: UploadJob[] = [];
  for (const group of groupSources(sources)) {
    const id = host.randomBytes(ID_BYTES);
    const handles = group.sources.flatMap((source) => (source.kind === "handle" ? source.handle : []));
    const hasHandles = handles.length > 0;
    const firstFile = group.name === null ? { name: nameOf(group), of: group.sources.length } : null;
    const row: JobRow = {
      id,
      ...place,
      name: group.name,
      createdAt: host.now(),
      hasHandles,
      firstFile,
    };
    if (hasHandles) await host.handles.put(toHex(id), handles);
    await host.rows.add(row);
    jobs.push(
      new UploadJob({ ...row, sources: group.sources, earlier: NO_PROGRESS, isResumable: hasHandles }),
    );
  }
  return jobs;
}

interface SourceGroup {
  readonly name: string | null;
  readonly sources: UploadSource[];
}

function nameOf({ sources: [first] }: SourceGroup): string {
  const name = first?.kind === "handle" ? first.handle.name : first?.path.split("/").at(-1);
  return cleanName(name ?? "");
}

function groupSources(sources: readonly UploadSource[]): readonly SourceGroup[] {
  const groups = new Map<string, SourceGroup>();
  for (const [index, source] of sources.entries()) {
    const name = topFolderOf(source);
    // Two chosen folders may have one name; files of one folder were chosen together.
    const isFolderHandle = source.kind === "handle" && name !== null;
    const origin = source.kind === "handle" ? "handle" : "page";
    const key = isFolderHandle ? `${index}` : `${origin}/${name ?? ""}`;
    const group = groups.get(key);
    if (group) group.sources.push(source);
    else groups.set(key, { name, sources: [source] });
  }
  return [...groups.values()];
}
