import { randomBytes } from "node:crypto";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { createMapChange, readMapEntry } from "#protocol/log/map-entry.ts";
import { encodeRecord } from "#protocol/log/record.ts";
import { appendOf } from "../call.ts";
import { changesOf } from "../forge.ts";
import type { CreateLie } from "../mallory.ts";
import { forgeNewest } from "./forged-leaf.ts";

/** Attack 15 on the organization's own log: an administrator appears whom nobody has signed for. */
export const forgedUserLie: CreateLie = (stage) => {
  let victim: Bytes | undefined;
  return {
    victim: () => victim,
    serve: async (call) => {
      const write = appendOf(call);
      if (victim || write?.record.content.kind !== "write" || !stage.mayLie(write.log)) return undefined;
      const served = await stage.answer(call);
      const { reader } = stage.history().engine;
      const log = (await reader.log(write.log))?.identity.organization;
      const organization = log && (await reader.log(log));
      const name = { kind: "device", id: write.record.device } as const;
      const entry = organization && readMapEntry(stage.suite, organization.entries, name);
      if (!log || !organization || !entry) return served;
      victim = log;
      const [user, boxKey, profileHash] = [16, 32, 32].map((length) => new Uint8Array(randomBytes(length)));
      if (!user || !boxKey || !profileHash) return served;
      const record = {
        ...write.record,
        log,
        seq: entry[1] + 1,
        prev: entry[2],
        seenSize: organization.tail.size,
        seenRoot: organization.tail.root,
        seenOrganization: [0, new Uint8Array(32)] as const,
        content: { kind: "user", body: { user, boxKey, profile: "administrator", profileHash } },
      } as const;
      const signed = { record: encodeRecord(record), signature: new Uint8Array(randomBytes(64)) };
      await forgeNewest(
        stage,
        log,
        { record, signed },
        {
          changes: (index) => [
            ...changesOf(stage.suite, { record, signed }, index),
            createMapChange(stage.suite, { kind: "registeredUser", id: user }, "registeredUser", [
              "administrator",
              boxKey,
              "active",
              index,
            ]),
          ],
        },
      );
      return served;
    },
  };
};
