import * as v from "valibot";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { fromHex, toHex } from "#protocol/bytes/text.ts";
import type { RandomBytes } from "#protocol/crypto/suite.ts";
import { unwrap } from "#protocol/result.ts";
import { readIfThere, writeDurably } from "./durable-file.ts";
import { StartFailed } from "./start-failed.ts";

/** The name of this machine's ledger, and the key that may register instances and change the policy on it. */
export interface Governance {
  readonly chainId: string;
  /** Ed25519 seed. */
  readonly secretKey: Bytes;
}

const governanceSchema = v.strictObject({
  version: v.literal(1),
  chainId: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,50}$/)),
  secretKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** Made on the first start. */
export async function openGovernance(file: string, randomBytes: RandomBytes): Promise<Governance> {
  const stored = await readIfThere(file);
  if (stored) {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), governanceSchema), stored.toString("utf8"));
    if (!parsed.success) throw new StartFailed(`${file} is damaged. Put it back from a backup.`);
    return { chainId: parsed.output.chainId, secretKey: unwrap(fromHex(parsed.output.secretKey)) };
  }
  const governance = { chainId: `holdfast-local-${toHex(randomBytes(6))}`, secretKey: randomBytes(32) };
  const text = { version: 1, chainId: governance.chainId, secretKey: toHex(governance.secretKey) };
  await writeDurably(file, `${JSON.stringify(text, null, 2)}\n`);
  return governance;
}
