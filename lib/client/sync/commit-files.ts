import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { readMapEntry } from "#protocol/log/map-entry.ts";
import { freeName, parseEntryName } from "#protocol/manifest/entry-name.ts";
import { MAX_BLOCKS_PER_FILE } from "#protocol/manifest/file-manifest.ts";
import type { FolderChild } from "#protocol/manifest/folder-manifest.ts";
import { encodeManifest } from "#protocol/manifest/manifest-cipher.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import { MAX_CONTENT_BYTES } from "#protocol/wire/append.ts";
import type { EngineError } from "../engine.ts";
import type { CommittedFile, FileToCommit } from "../engine-parts.ts";
import type { IntendedChange, IntendedContent } from "../journal/intent.ts";
import { type EditTarget, newChild, openTargets } from "./edit-target.ts";
import type { Edits } from "./edits.ts";
import { nameErrorOf } from "./engine-errors.ts";
import { entryOf } from "./folder-view.ts";
import { parseLogId } from "./hex-id.ts";
import { inIntents } from "./in-intents.ts";
import { writesSeen } from "./seen-entries.ts";
import type { SyncHost } from "./sync-host.ts";

interface PlannedFile {
  readonly folder: Bytes;
  /** The file that gets a new version. */
  readonly before: FolderChild | null;
  readonly after: FolderChild;
  readonly file: FileToCommit;
}

/** In as few records as possible. */
export async function commitFiles(
  host: SyncHost,
  edits: Edits,
  workspace: string,
  files: readonly FileToCommit[],
): Promise<Result<readonly CommittedFile[], EngineError>> {
  const log = parseLogId(workspace);
  if (!log.ok) return log;
  const folders = [...new Set(files.map(({ folder }) => folder))];
  const opened = await openTargets(host, log.value, folders);
  if (!opened.ok) return opened;
  const plans = new Map(opened.value.targets.map((target, index) => [folders[index], planIn(host, target)]));
  const planned: PlannedFile[] = [];
  for (const file of files) {
    const plan = plans.get(file.folder)?.(file) ?? err({ type: "NotFound" } as const);
    if (!plan.ok) return plan;
    planned.push(plan.value);
  }
  const replaced = planned.flatMap(({ before }) => (before ? [before.id] : []));
  const bases = await basesOf(host, log.value, replaced);
  if (!bases.ok) return bases;
  const changes = planned.map(
    ({ folder, before, after }): IntendedChange => ({ kind: "put", body: { folder, before, after } }),
  );
  const contents: IntendedContent[] = [];
  for (const { before, after, file } of planned) {
    const encoded = encodeManifest({ kind: "file", body: { ...file.manifest, name: after.name } });
    const base = before ? bases.value.get(toHex(before.id)) : NO_BASE;
    if (!base) return err({ type: "NotFound" });
    contents.push({ manifest: after.id, ...base, encoded });
  }
  const submitted = await edits.submit(log.value, inIntents(changes, contents));
  if (!submitted.ok) return submitted;
  const { state, keptAs } = submitted.value;
  return ok(
    planned.map(({ before, after }): CommittedFile => {
      const kept = keptAs.get(toHex(after.id));
      // Beside a file that somebody else has changed as well, it is a new one.
      const isNew = before === null || (kept !== undefined && !equalBytes(kept.id, before.id));
      const version = before ? (bases.value.get(toHex(before.id))?.baseVersion ?? null) : null;
      return { ...entryOf({ ...after, ...kept }, state), replacedVersion: isNew ? null : version };
    }),
  );
}

/** Gives each file of one call its place in the folder: none of them takes another's name or replaces it. */
function planIn(host: SyncHost, { id: folder, manifest, byName }: EditTarget) {
  const written = new Set<string>();
  const byId = new Map(manifest.children.map((child) => [toHex(child.id), child]));
  const isTaken = (name: string): boolean => byName.has(name) || written.has(name);
  return (file: FileToCommit): Result<PlannedFile, EngineError> => {
    const { name: wanted, sizeBytes, mimeHint, blocks } = file.manifest;
    const name = parseEntryName(wanted);
    if (!name.ok) return err(nameErrorOf(name.error));
    if (blocks.length > MAX_BLOCKS_PER_FILE) return err({ type: "TooLarge", maxBytes: MAX_CONTENT_BYTES });
    const same = byName.get(name.value);
    const replacesSame =
      file.file === null &&
      file.replacesSameName === true &&
      same?.kind === "file" &&
      !written.has(name.value);
    const before = file.file === null ? (replacesSame ? same : null) : byId.get(file.file);
    if (before === undefined || before?.kind === "folder") return err({ type: "NotFound" });
    const fresh = before ?? newChild(host.randomBytes(16), freeName(name.value, isTaken), "file", 0);
    const after = { ...fresh, sizeBytes, modifiedAt: file.modifiedAt, mimeHint };
    written.add(after.name);
    return ok({ folder, before, after, file });
  };
}

type Base = Pick<IntendedContent, "baseVersion" | "baseRecord">;

/** Newest versions of files, proven without a READ: replacing content does not need the old keys. */
async function basesOf(
  host: SyncHost,
  log: Bytes,
  files: readonly Bytes[],
): Promise<Result<ReadonlyMap<string, Base>, EngineError>> {
  const bases = new Map<string, Base>();
  const unknown: Bytes[] = [];
  const known = await writesSeen(host, log, files);
  for (const [index, file] of files.entries()) {
    const write = known[index];
    if (write) bases.set(toHex(file), { baseVersion: write.version, baseRecord: write.recordHash });
    else unknown.push(file);
  }
  if (unknown.length === 0) return ok(bases);
  return host.logs.run(log, async (locked) => {
    for (let first = 0; first < unknown.length; first += MAX_PROVEN) {
      const some = unknown.slice(first, first + MAX_PROVEN);
      const names = some.map((id) => ({ kind: "manifest", id }) as const);
      const newest = await locked.prove(names);
      if (!newest.ok) return newest;
      const versions = names.map((name) => ({
        kind: "manifestVersion" as const,
        id: name.id,
        version: readMapEntry(host.suite, newest.value.entries, name)?.[0] ?? 0,
      }));
      if (versions.some(({ version }) => version === 0)) return err({ type: "NotFound" });
      const written = await locked.prove(versions);
      if (!written.ok) return written;
      for (const name of versions) {
        const entry = readMapEntry(host.suite, written.value.entries, name);
        if (!entry) return err({ type: "NotFound" });
        bases.set(toHex(name.id), { baseVersion: name.version, baseRecord: entry[1] });
      }
    }
    return ok(bases);
  });
}

/** Map entries asked for in one question. */
const MAX_PROVEN = 1000;
const NO_BASE: Base = { baseVersion: 0, baseRecord: new Uint8Array(32) };
