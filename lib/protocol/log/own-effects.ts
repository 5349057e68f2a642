import type { Bytes } from "../bytes/bytes.ts";
import type { Stamp } from "./leaf.ts";
import { encodeMapValue } from "./map-entry.ts";
import type { Record } from "./record.ts";
import type { EntryClaim } from "./seen-entry.ts";

/** A record of this device as the log took it in. */
export interface StampedRecord {
  readonly record: Record;
  readonly recordHash: Bytes;
  readonly stamp: Pick<Stamp, "index" | "outcome">;
}

/**
 * What the receipt of a record says of the map after its leaf, without any proof: its author's entry, and what an
 * applied record wrote.
 */
export function effectsOf({ record, recordHash, stamp }: StampedRecord): readonly EntryClaim[] {
  const { device, incarnation, seq, content } = record;
  const { index, outcome } = stamp;
  const author: EntryClaim = {
    name: { kind: "device", id: device },
    value: encodeMapValue("device", [incarnation, seq, recordHash, index]),
  };
  if (outcome !== "applied") return [author];
  switch (content.kind) {
    case "workspaceGenesis":
      return [
        author,
        {
          name: { kind: "member", id: content.body.owner },
          value: encodeMapValue("member", ["owner", index]),
        },
        { name: { kind: "key" }, value: encodeMapValue("key", [0, index]) },
      ];
    case "write":
      return [
        author,
        ...content.body.items.flatMap(({ manifest: id, baseVersion, contentHash, tombstone }) => {
          const version = baseVersion + 1;
          return [
            {
              name: { kind: "manifest", id } as const,
              value: encodeMapValue("manifest", [version, tombstone]),
              writtenAt: index,
            },
            {
              name: { kind: "manifestVersion", id, version } as const,
              value: encodeMapValue("manifestVersion", [index, recordHash, contentHash]),
            },
          ];
        }),
      ];
    case "role": {
      const { user, role } = content.body;
      return [author, { name: { kind: "member", id: user }, value: encodeMapValue("member", [role, index]) }];
    }
    case "rotation": {
      const { keyIndex } = content.body;
      return [author, { name: { kind: "key" }, value: encodeMapValue("key", [keyIndex, index]) }];
    }
    case "name":
    case "read":
    case "ack":
    case "audit":
    case "resolve":
    case "organizationGenesis":
    case "user":
    case "device":
    case "profile":
    case "workspace":
    case "anchor":
    case "recover":
      return [author];
  }
}
