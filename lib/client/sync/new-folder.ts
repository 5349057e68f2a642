import type { Bytes } from "#protocol/bytes/bytes.ts";
import { encodeManifest } from "#protocol/manifest/manifest-cipher.ts";
import type { IntendedContent } from "../journal/intent.ts";

/** The first version of a folder that holds nothing yet. */
export function newFolderContent(id: Bytes, parent: Bytes): IntendedContent {
  const encoded = encodeManifest({ kind: "folder", body: { parent, children: [] } });
  return { manifest: id, baseVersion: 0, baseRecord: new Uint8Array(32), encoded };
}
