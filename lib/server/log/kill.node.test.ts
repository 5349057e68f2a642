import { fork } from "node:child_process";
import { beforeAll, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { verifyNote } from "#protocol/log/head.ts";
import { parseStamp } from "#protocol/log/leaf.ts";
import { verifyReceipt } from "#protocol/log/receipt.ts";
import { parseRecord } from "#protocol/log/record.ts";
import { unwrap } from "#protocol/result.ts";
import type { StoreLocation } from "../store/open-store.ts";
import { StoreUnusable } from "../store/store-error.ts";
import { startTestEngine, type TestEngine, withFolder } from "../testing/test-engine.ts";
import type { Submission } from "./append-job.ts";
import { describeEachDriver } from "./testing/each-driver.ts";
import type { Told } from "./testing/write-until-killed.ts";
import type { WriterStep } from "./writer.ts";

let suite: CryptoSuite;

beforeAll(async () => {
  suite = await createProductSuite();
});

describeEachDriver("kill -9", (createLocation) => {
  it.each<[WriterStep, number]>([
    ["decided", 3],
    ["committed", 1],
    ["committed", 5],
    ["remembered", 3],
  ])(
    "when the writer has %s write %i loses nothing that was answered and doubles nothing that was not",
    (step, write) =>
      withFolder(async (folder) => {
        const location = createLocation(folder);
        const told = await runUntilKilled(folder, location, step, write);
        const server = await startAfterwards(folder, location);
        expect(server.memory.isNewKey).toBe(false);
        const instanceKeys = [server.signer.verifyKey];
        const unanswered = unansweredOf(told);
        expect(unanswered.length).toBeGreaterThan(0);
        const answered = new Set<number>();
        for (const message of told) {
          if (message.type !== "answered") continue;
          const { note, stamp, log } = message;
          const head = unwrap(verifyNote(suite, note, instanceKeys));
          const live = await server.engine.reader.log(log);
          expect(live && equalBytes(live.tree.root(head.size), head.root)).toBe(true);
          if (unanswered.some((submission) => equalBytes(submission.log, log)))
            answered.add(unwrap(parseStamp(stamp)).index);
        }
        const sizeBefore = await sizeOf(server, unanswered[0]);
        const indices = new Set<number>();
        for (const submission of unanswered) indices.add(await sendAgain(server, submission));
        // Each stands in one place of its own: where it was, or behind everything that was there.
        expect(indices.size).toBe(unanswered.length);
        expect([...indices].some((index) => answered.has(index))).toBe(false);
        const isStored = (index: number) => index < sizeBefore;
        expect([...indices].some(isStored)).toBe(step !== "decided");
        const added = [...indices].filter((index) => !isStored(index)).length;
        expect(await sizeOf(server, unanswered[0])).toBe(sizeBefore + added);
        await server.stop();
      }),
    20_000,
  );
});

/** In the order in which they were sent. */
function unansweredOf(told: readonly Told[]): Submission[] {
  const open = new Map<string, Submission>();
  for (const message of told) {
    if (message.type === "sending") open.set(toHex(message.submission.signed.signature), message.submission);
    else open.delete(toHex(message.signature));
  }
  return [...open.values()];
}

async function sizeOf(server: TestEngine, submission: Submission | undefined): Promise<number> {
  const live = submission && (await server.engine.reader.log(submission.log));
  return live?.tail.size ?? 0;
}

/** Index at which it stands, by a valid receipt. */
async function sendAgain(server: TestEngine, submission: Submission): Promise<number> {
  const { log, signed } = submission;
  const answer = await server.engine.append(submission);
  if (answer.type !== "appended") throw new Error(answer.type);
  const record = unwrap(parseRecord(signed.record));
  const registry = [{ key: server.signer.verifyKey, fromEpoch: 0, retiredAt: null }];
  const { receipt } = answer;
  unwrap(verifyReceipt(suite, { log, signed, record, receipt, registry, isFirstAnswer: true }));
  return unwrap(parseStamp(receipt.stamp)).index;
}

/** PostgreSQL lets go of a dead server's lock as soon as it has noticed the death. */
async function startAfterwards(folder: string, location: StoreLocation): Promise<TestEngine> {
  for (;;) {
    try {
      return await startTestEngine({ suite, folder, location });
    } catch (error) {
      if (!(error instanceof StoreUnusable)) throw error;
    }
  }
}

async function runUntilKilled(
  folder: string,
  location: StoreLocation,
  step: WriterStep,
  write: number,
): Promise<Told[]> {
  const child = fork(
    new URL("testing/write-until-killed.ts", import.meta.url),
    [folder, step, String(write), ...(location.kind === "postgres" ? [location.url] : [])],
    {
      execArgv: ["--import", "tsx"],
      serialization: "advanced",
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    },
  );
  const told: Told[] = [];
  child.on("message", (message) => told.push(message as Told));
  const signal = await new Promise((resolve) => child.once("exit", (_code, killedBy) => resolve(killedBy)));
  expect(signal).toBe("SIGKILL");
  return told;
}
