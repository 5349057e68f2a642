/**
 * A server that dies: `tsx kill-while-sealing.ts <folder> <step>` makes two logs, seals what an earlier run left,
 * writes, and kills its own process with SIGKILL as soon as the step is reached. Prints the logs' ids first.
 */
import { writeSync } from "node:fs";
import { toHex } from "#protocol/bytes/text.ts";
import { sealEpoch } from "../seal-epoch.ts";
import { openSealWorld } from "./seal-world.ts";

const [, , folder, lastStep] = process.argv;
if (folder === undefined || lastStep === undefined) throw new Error("usage: <folder> <step>");
const world = await openSealWorld(folder);
await sealEpoch(world.context);
const author = await world.createAuthor();
writeSync(1, `${toHex(author.organization)} ${toHex(author.workspace)}\n`);
await sealEpoch(world.context);
await author.writeToWorkspace();
const sealing = sealEpoch({
  ...world.context,
  onStep: (step) => {
    if (step === lastStep) process.kill(process.pid, "SIGKILL");
  },
});
// Somebody always writes while an epoch closes.
await Promise.all([sealing, author.writeToOrganization(), author.writeToWorkspace()]);
