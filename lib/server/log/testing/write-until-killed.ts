import { createProductSuite } from "#crypto/product-suite.ts";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { Person } from "../../testing/person.ts";
import { startTestEngine } from "../../testing/test-engine.ts";
import { createWorld, type Door } from "../../testing/world.ts";
import type { Submission } from "../append-job.ts";
import type { WriterStep } from "../writer.ts";

/**
 * A server process that writes and kills itself, with no chance to clean up, when the writer reaches a step of the
 * n-th write or later. Two people write at the same time, so that one record is decided while the other is on its way.
 * Everything sent and everything answered is told to the parent before it goes on.
 */
export type Told =
  | { readonly type: "sending"; readonly submission: Submission }
  | {
      readonly type: "answered";
      readonly log: Bytes;
      /** Of the record. */
      readonly signature: Bytes;
      readonly note: Bytes;
      readonly stamp: Bytes;
    };

const [folder = "", killAt = "", killAtWrite = "0", databaseUrl = ""] = process.argv.slice(2);

const tell = (told: Told): Promise<void> => new Promise((resolve) => process.send?.(told, () => resolve()));

let write = 0;
const suite = await createProductSuite();
const { engine, signer } = await startTestEngine({
  suite,
  folder,
  ...(databaseUrl === ""
    ? {}
    : { location: { kind: "postgres", url: databaseUrl, onIdleError: () => undefined } }),
  onStep: (step: WriterStep) => {
    if (step === killAt && write >= Number(killAtWrite)) process.kill(process.pid, "SIGKILL");
  },
});
const door: Door = {
  ...engine,
  append: async (submission) => {
    await tell({ type: "sending", submission });
    const answer = await engine.append(submission);
    if (answer.type === "appended") {
      const { note, stamp } = answer.receipt;
      const { log, signed } = submission;
      await tell({ type: "answered", log, signature: signed.signature, note, stamp });
    }
    return answer;
  },
};
const world = await createWorld({
  suite,
  door,
  instanceKeys: [signer.verifyKey],
  deployment: suite.sha256(Uint8Array.of(1)),
});
const place = await world.createWorkspace(world.alice);
await world.setRole(world.alice, place, world.bob, "contributor");
const writeOn = async (person: Person): Promise<never> => {
  for (;;) {
    write += 1;
    await world.write(person, place, { manifest: world.manifest(String(write)), text: `text ${write}` });
  }
};
await Promise.all([writeOn(world.alice), writeOn(world.bob)]);
