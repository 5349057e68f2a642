import type { Bytes } from "#protocol/bytes/bytes.ts";
import { LogReplay } from "#protocol/log/replay.ts";
import { unwrap } from "#protocol/result.ts";
import type { TestEngine } from "./test-engine.ts";
import type { World } from "./world.ts";

/** Every stored leaf of a log through the core's replay; throws at the first that honest code could not have written. */
export async function replayLog(
  world: World,
  { engine, store }: Pick<TestEngine, "engine" | "store">,
  log: Bytes,
  organization: LogReplay | null,
): Promise<LogReplay> {
  const live = await engine.reader.log(log);
  if (!live) throw new Error("no such log");
  const hashes = await store.epochRecordHashes(0);
  const replay = new LogReplay(world.suite, live.identity, {
    organization,
    sealedHashAt: (epoch) => hashes.find((row) => row.epoch === epoch)?.recordHash,
    isInstanceRegistered: () => true,
  });
  for (const leaf of await store.leaves(log, 0, live.tail.size, Number.MAX_SAFE_INTEGER)) {
    unwrap(replay.append(leaf));
  }
  return replay;
}
