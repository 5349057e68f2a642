import * as v from "valibot";
import { readIfThere, writeDurably } from "./durable-file.ts";
import { StartFailed } from "./start-failed.ts";

/** What the app's origin says about the deployment; the first visit's whole trust rests on it. */
export interface DeploymentFile {
  readonly api: string;
  readonly ledger: {
    readonly engine: "devchain";
    readonly chainId: string;
    readonly height: string;
    readonly headerHash: string;
    readonly deploymentId: string;
  };
}

const storedSchema = v.looseObject({
  version: v.literal(1),
  api: v.string(),
  instances: v.array(v.string()),
  stores: v.array(v.string()),
  validators: v.array(v.string()),
  ledger: v.looseObject({ engine: v.string(), chainId: v.string(), deploymentId: v.string() }),
});

/**
 * Writes deployment.json on the first start. A later start never overwrites what an operator put into it: it must
 * name this ledger and deployment, and only an address that this program wrote itself follows a changed port.
 */
export async function ensureDeploymentFile(
  file: string,
  wanted: DeploymentFile,
  say: (line: string) => void,
): Promise<void> {
  const stored = await readIfThere(file);
  if (!stored) return write(file, wanted);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), storedSchema), stored.toString("utf8"));
  if (!parsed.success)
    throw new StartFailed(`${file} is not a deployment file. Mend it, or delete it and start again.`);
  const { api, instances, stores, validators, ledger } = parsed.output;
  if (ledger.engine !== "devchain") return;
  if (ledger.chainId !== wanted.ledger.chainId || ledger.deploymentId !== wanted.ledger.deploymentId) {
    throw new StartFailed(
      `${file} belongs to another deployment than the data beside it. Put the right one back, or delete it and start again; apps that trusted the other one will say that this is not the same server.`,
    );
  }
  if (api === wanted.api) return;
  const isOwnWork =
    isLocal(api) && instances.join() === api && stores.length === 0 && validators.length === 0;
  if (isOwnWork) return write(file, wanted);
  say(`Note: ${file} sends apps to ${api}; this API listens on ${wanted.api}.`);
}

function write(file: string, { api, ledger }: DeploymentFile): Promise<void> {
  const content = { version: 1, api, instances: [api], stores: [], validators: [], ledger };
  return writeDurably(file, `${JSON.stringify(content, null, 2)}\n`);
}

function isLocal(origin: string): boolean {
  return /^http:\/\/localhost:[0-9]+$/.test(origin);
}
