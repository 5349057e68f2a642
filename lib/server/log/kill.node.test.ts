import { fork } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { equalBytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { verifyNote } from "#protocol/log/head.ts";
import { parseStamp } from "#protocol/log/leaf.ts";
import { verifyReceipt } from "#protocol/log/receipt.ts";
import { parseRecord } from "#protocol/log/record.ts";
import { unwrap } from "#protocol/result.ts";
import { startTestEngine, withFolder } from "../testing/test-engine.ts";
import type { Told } from "./testing/write-until-killed.ts";
import type { WriterStep } from "./writer.ts";

let suite: CryptoSuite;

beforeAll(async () => {
  suite = await createProductSuite();
});

describe("kill -9", () => {
  it.each<[WriterStep, number]>([
    ["decided", 3],
    ["committed", 1],
    ["committed", 4],
    ["remembered", 3],
  ])(
    "when the writer has %s write %i loses nothing that was answered and doubles nothing that was not",
    (step, write) =>
      withFolder(async (folder) => {
        const told = await runUntilKilled(folder, step, write);
        const answered = told.filter((message) => message.type === "answered");
        const last = told.at(-1);
        if (last?.type !== "sending") throw new Error("it was not killed while it wrote");

        const server = await startTestEngine({ suite, folder });
        expect(server.memory.isNewKey).toBe(false);
        const instanceKeys = [server.signer.verifyKey];
        for (const { note, log } of answered) {
          const head = unwrap(verifyNote(suite, note, instanceKeys));
          const live = await server.engine.reader.log(log);
          expect(live && equalBytes(live.tree.root(head.size), head.root)).toBe(true);
        }
        const { log, signed } = last.submission;
        const sizeBefore = (await server.engine.reader.log(log))?.tail.size ?? 0;
        const answer = await server.engine.append(last.submission);
        if (answer.type !== "appended") throw new Error(answer.type);
        const record = unwrap(parseRecord(signed.record));
        const registry = instanceKeys.map((key) => ({ key, fromEpoch: 0, retiredAt: null }));
        const { receipt } = answer;
        unwrap(verifyReceipt(suite, { log, signed, record, receipt, registry, isFirstAnswer: true }));
        const { index } = unwrap(parseStamp(answer.receipt.stamp));
        expect(index).toBe(step === "decided" ? sizeBefore : sizeBefore - 1);
        expect((await server.engine.reader.log(log))?.tail.size).toBe(index + 1);
        await server.stop();
      }),
    20_000,
  );
});

async function runUntilKilled(folder: string, step: WriterStep, write: number): Promise<Told[]> {
  const child = fork(
    new URL("testing/write-until-killed.ts", import.meta.url),
    [folder, step, String(write)],
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
