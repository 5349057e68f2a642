/**
 * `npm run mallory -- --attack N [--withhold] [--after SECONDS] [--port P]`: the whole product with a server that
 * tells one lie of the threat model, to be looked at in a browser. She is honest until Enter is pressed, or until the
 * time is over. The app is on port P and the API on P + 1; data of her own, data/mallory.
 */
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { ATTACKS } from "../e2e/adversary/mallory/attacks.ts";
import { createMallory } from "../e2e/adversary/mallory/mallory.ts";
import { ensureAppIsBuilt } from "./start/build-app.ts";
import { readOptions } from "./start/options.ts";
import { startProduct } from "./start/product.ts";
import { StartFailed } from "./start/start-failed.ts";

const root = path.dirname(import.meta.dirname);
const say = (line: string): void => console.log(line);

try {
  await run();
} catch (error) {
  console.error(error instanceof StartFailed ? `\n${error.message}\n` : error);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      attack: { type: "string", short: "a" },
      withhold: { type: "boolean", default: false },
      after: { type: "string" },
      port: { type: "string", default: "3000" },
    },
  });
  const attack = ATTACKS.find(({ number }) => String(number) === values.attack);
  if (!attack) throw new StartFailed(usage());
  const port = numberOf("--port", values.port);
  const afterSeconds = values.after === undefined ? undefined : numberOf("--after", values.after);
  const asked = readOptions(
    {
      HOLDFAST_DATA: "data/mallory",
      HOLDFAST_EPOCH_MS: "15000",
      ...process.env,
      HOLDFAST_APP_PORT: String(port),
      HOLDFAST_API_PORT: String(port + 1),
    },
    root,
  );
  // Of a server with other tenants there is always something to seal; here nobody else would bring the next seal on.
  const options = { ...asked, idleEpochMs: asked.server.epochLengthMs };
  const { dataDir } = options.server;
  const mallory = createMallory({ createLie: attack.createLie, isWithholding: values.withhold, dataDir });
  await ensureAppIsBuilt(root, say);
  const product = await startProduct({
    options,
    version: "mallory",
    outDir: path.join(root, "out"),
    say,
    decorate: (composition) => mallory.decorate(composition),
  });
  say(`
Mallory, attack ${attack.number}: ${attack.title}${values.withhold ? ", and gives no proofs" : ""}

  Open     ${product.appOrigin ?? product.apiOrigin}
  Data     ${dataDir}

She is honest so far. ${afterSeconds === undefined ? "Press Enter to let her lie." : `She lies in ${afterSeconds} s.`} Stop with Ctrl+C.
`);
  const arm = (): void => {
    mallory.arm("any");
    say("From now on she lies.");
  };
  if (afterSeconds === undefined) createInterface(process.stdin).once("line", arm);
  else setTimeout(arm, afterSeconds * 1000);
  const stop = (): void => {
    void product
      .close()
      .then(() => mallory.close())
      .finally(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function numberOf(name: string, text: string): number {
  if (/^[0-9]{1,5}$/.test(text)) return Number(text);
  throw new StartFailed(`${name} is ${text}; it must be a whole number.`);
}

function usage(): string {
  const list = ATTACKS.map(({ number, title }) => `  ${String(number).padStart(2)}  ${title}`).join("\n");
  return `npm run mallory -- --attack N [--withhold] [--after SECONDS] [--port P]\n\n${list}`;
}
