import * as v from "valibot";
import { readIfThere, writeDurably } from "./durable-file.ts";
import { StartFailed } from "./start-failed.ts";

/** What the app's origin says about the deployment; the first visit's whole trust rests on it. */
export interface DeploymentFile {
  readonly api: string;
  readonly ledger: {
    readonly engine: "devchain";
    readonly chainId: string;
    /** Decimal. */
    readonly height: string;
    /** 64 lower-case hex digits. */
    readonly headerHash: string;
    readonly deploymentId: string;
    /** Newest first: what the file named before, so that proofs which began there can still be compared. */
    readonly earlier: readonly EarlierAnchor[];
  };
}

interface EarlierAnchor {
  readonly height: string;
  readonly headerHash: string;
}

const storedSchema = v.looseObject({
  version: v.literal(1),
  api: v.string(),
  instances: v.array(v.string()),
  stores: v.array(v.string()),
  validators: v.array(v.string()),
  ledger: v.looseObject({ engine: v.string(), chainId: v.string(), deploymentId: v.string() }),
});

const heightSchema = v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,14}$/));

const ownSchema = v.object({
  api: v.pipe(v.string(), v.regex(/^http:\/\/localhost:[0-9]+$/)),
  ledger: v.object({
    engine: v.literal("devchain"),
    chainId: v.string(),
    height: heightSchema,
    headerHash: v.string(),
    deploymentId: v.string(),
    earlier: v.optional(v.array(v.object({ height: heightSchema, headerHash: v.string() })), []),
  }),
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
  if (!stored) return writeDeploymentFile(file, wanted);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), storedSchema), stored.toString("utf8"));
  if (!parsed.success)
    throw new StartFailed(`${file} is not a deployment file. Mend it, or delete it and start again.`);
  const { api, ledger } = parsed.output;
  if (ledger.engine !== "devchain") return;
  if (ledger.chainId !== wanted.ledger.chainId || ledger.deploymentId !== wanted.ledger.deploymentId) {
    throw new StartFailed(
      `${file} belongs to another deployment than the data beside it. Put the right one back, or delete it and start again; apps that trusted the other one will say that this is not the same server.`,
    );
  }
  if (api === wanted.api) return;
  const own = await readOwnDeploymentFile(file);
  if (own) return writeDeploymentFile(file, { api: wanted.api, ledger: own.ledger });
  say(`Note: ${file} sends apps to ${api}; this API listens on ${wanted.api}.`);
}

/** The file as this program wrote it, to the byte; undefined once anybody else has put a hand to it. */
export async function readOwnDeploymentFile(file: string): Promise<DeploymentFile | undefined> {
  const text = (await readIfThere(file))?.toString("utf8");
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), ownSchema), text);
  return parsed.success && text === textOf(parsed.output) ? parsed.output : undefined;
}

export function writeDeploymentFile(file: string, content: DeploymentFile): Promise<void> {
  return writeDurably(file, textOf(content));
}

function textOf({
  api,
  ledger: { engine, chainId, height, headerHash, deploymentId, earlier },
}: DeploymentFile): string {
  const named = { engine, chainId, height, headerHash, deploymentId };
  const ledger = earlier.length === 0 ? named : { ...named, earlier };
  const content = { version: 1, api, instances: [api], stores: [], validators: [], ledger };
  return `${JSON.stringify(content, null, 2)}\n`;
}
