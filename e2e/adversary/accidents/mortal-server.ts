/**
 * A whole server in a process of its own that can be killed at the worst moment: `tsx mortal-server.ts <folder> <port>`.
 * Says `ready <port>`. Takes lines: `seal` (answers `sealed`), and `die <step>`: the next group of records that gets
 * so far is this process's last.
 */
import { createInterface } from "node:readline";
import { startProduct } from "../../../scripts/start/product.ts";

const [, , dataDir, port] = process.argv;
if (dataDir === undefined || port === undefined) throw new Error("usage: <folder> <port>");

let dieAt: string | undefined;
const product = await startProduct({
  options: {
    server: {
      dataDir,
      host: "127.0.0.1",
      port: Number(port),
      databaseUrl: null,
      bootstrapToken: null,
      epochLengthMs: 60_000,
    },
    appOrigin: "http://localhost:3000",
    appPort: null,
    idleEpochMs: 600_000,
    heartbeatMs: 200,
    logLevel: "silent",
    metricsToken: null,
  },
  version: "test",
  outDir: dataDir,
  decorate: (composition) => ({
    ...composition,
    onStep: (step, jobs) => {
      if (step === dieAt) process.kill(process.pid, "SIGKILL");
      composition.onStep?.(step, jobs);
    },
  }),
});
process.stdout.write(`ready ${product.apiPort}\n`);

createInterface(process.stdin).on("line", (line) => {
  if (line.startsWith("die ")) {
    dieAt = line.slice("die ".length);
    process.stdout.write("doomed\n");
  } else {
    void product.sealNow().then(() => process.stdout.write("sealed\n"));
  }
});
