import * as v from "valibot";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import { err, ok, type Result } from "#protocol/result.ts";

/**
 * What the app's own origin says about the deployment that this app was set up for. It is the root of all trust
 * in a first visit, so it is read strictly and never from the API.
 */
export interface Deployment {
  readonly api: string;
  readonly instances: readonly string[];
  readonly stores: readonly string[];
  readonly validators: readonly string[];
  readonly ledger: {
    readonly engine: "devchain" | "comet";
    readonly chainId: string;
    readonly height: bigint;
    readonly headerHash: Bytes;
    readonly deploymentId: Bytes;
  };
}

export type DeploymentError = { readonly type: "DeploymentMalformed"; readonly detail: string };

const MAX_DEPLOYMENT_CHARACTERS = 64 * 1024;

export function parseDeployment(text: string): Result<Deployment, DeploymentError> {
  if (text.length > MAX_DEPLOYMENT_CHARACTERS) return malformed("too large");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return malformed("not JSON");
  }
  const parsed = v.safeParse(deploymentSchema, json);
  if (!parsed.success) return malformed(v.getDotPath(parsed.issues[0]) ?? "shape");
  const { version: _, ...deployment } = parsed.output;
  return ok(deployment);
}

function malformed(detail: string) {
  return err({ type: "DeploymentMalformed", detail } as const);
}

const originSchema = v.pipe(
  v.string(),
  v.check((text) => URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text), "origin"),
);

const hashSchema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/),
  v.transform((text): Bytes => {
    const hash = fromHex(text);
    return hash.ok ? hash.value : new Uint8Array(0);
  }),
);

const deploymentSchema = v.strictObject({
  version: v.literal(1),
  api: originSchema,
  instances: v.pipe(v.array(originSchema), v.maxLength(32)),
  stores: v.pipe(v.array(originSchema), v.maxLength(32)),
  validators: v.pipe(v.array(originSchema), v.maxLength(200)),
  ledger: v.strictObject({
    engine: v.picklist(["devchain", "comet"]),
    chainId: v.pipe(v.string(), v.minLength(1), v.maxLength(50)),
    height: v.pipe(
      v.string(),
      v.regex(/^[1-9][0-9]{0,15}$/),
      v.transform((text) => BigInt(text)),
    ),
    headerHash: hashSchema,
    deploymentId: hashSchema,
  }),
});
