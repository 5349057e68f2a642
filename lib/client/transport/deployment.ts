import * as v from "valibot";
import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import type { TrustAnchor } from "#protocol/comet/trust-anchor.ts";
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
    /** Headers that the file named before, in any order: proofs that began at one of them still can be compared. */
    readonly earlier: readonly { readonly height: bigint; readonly headerHash: Bytes }[];
  };
}

/** All anchors that a deployment names, ascending and each once; trust starts from the last one. */
export function anchorsOf({ ledger }: Deployment): readonly TrustAnchor[] {
  const { chainId, deploymentId, height, headerHash, earlier } = ledger;
  const byHeight = new Map([...earlier, { height, headerHash }].map((it) => [it.height, it.headerHash]));
  return [...byHeight]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([at, hash]) => ({ chainId, height: at, headerHash: hash, deploymentId }));
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

const heightSchema = v.pipe(
  v.string(),
  v.regex(/^[1-9][0-9]{0,14}$/),
  v.transform((text) => BigInt(text)),
);

/** Five years of weekly renewals. */
export const MAX_EARLIER_ANCHORS = 260;

const deploymentSchema = v.strictObject({
  version: v.literal(1),
  api: originSchema,
  instances: v.pipe(v.array(originSchema), v.maxLength(32)),
  stores: v.pipe(v.array(originSchema), v.maxLength(32)),
  validators: v.pipe(v.array(originSchema), v.maxLength(200)),
  ledger: v.pipe(
    v.strictObject({
      engine: v.picklist(["devchain", "comet"]),
      chainId: v.pipe(v.string(), v.minLength(1), v.maxLength(50)),
      height: heightSchema,
      headerHash: hashSchema,
      deploymentId: hashSchema,
      earlier: v.optional(
        v.pipe(
          v.array(v.strictObject({ height: heightSchema, headerHash: hashSchema })),
          v.maxLength(MAX_EARLIER_ANCHORS),
        ),
        [],
      ),
    }),
    v.check((ledger) => isOneChain(ledger), "earlier"),
  ),
});

/** Whether `height` is the newest, and no height has two headers. */
function isOneChain({
  height,
  headerHash,
  earlier,
}: Pick<Deployment["ledger"], "height" | "headerHash" | "earlier">) {
  const byHeight = new Map([[height, headerHash]]);
  return earlier.every((anchor) => {
    const known = byHeight.get(anchor.height) ?? anchor.headerHash;
    byHeight.set(anchor.height, known);
    return anchor.height <= height && equalBytes(known, anchor.headerHash);
  });
}
