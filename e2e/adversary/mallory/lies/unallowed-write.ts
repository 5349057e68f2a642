import type { Bytes } from "#protocol/bytes/bytes.ts";
import { deviceIdOf, recordHashOf } from "#protocol/log/identifiers.ts";
import { createMapChange } from "#protocol/log/map-entry.ts";
import { signRecord } from "#protocol/log/record.ts";
import { firstRecord, STRANGER } from "../../world/accomplice.ts";
import { appendOf } from "../call.ts";
import { changesOf } from "../forge.ts";
import type { CreateLie } from "../mallory.ts";
import { forgeNewest } from "./forged-leaf.ts";

/**
 * Attack 16: after a write its author's next version appears, signed by a device of the organization whose user has
 * no role in the workspace. The map lends that user one.
 */
export const unallowedWriteLie: CreateLie = (stage) => {
  let victim: Bytes | undefined;
  return {
    victim: () => victim,
    serve: async (call) => {
      const write = appendOf(call);
      if (victim || write?.record.content.kind !== "write" || !stage.mayLie(write.log)) return undefined;
      const { suite } = stage;
      const served = await stage.answer(call);
      const baseRecord = recordHashOf(suite, write.signed.record, write.signed.signature);
      const items = write.record.content.body.items.map((item) => ({
        ...item,
        baseVersion: item.baseVersion + 1,
        baseRecord,
      }));
      const { user, deviceSecretKey } = STRANGER;
      const device = deviceIdOf(suite, suite.verifyKeyOf(deviceSecretKey));
      const record = firstRecord(device, write.log, { kind: "write", body: { items, guards: [] } });
      const forged = { record, signed: signRecord(suite, record, deviceSecretKey) };
      victim = write.log;
      await forgeNewest(stage, write.log, forged, {
        changes: (index) => [
          ...changesOf(suite, forged, index),
          createMapChange(suite, { kind: "member", id: user }, "member", ["contributor", index]),
        ],
      });
      return served;
    },
  };
};
