import type { Bytes } from "./bytes.ts";
import type { Anchor } from "./light-client.ts";

/** The ledger anchor that a `deployment.json` names; undefined where it names none. */
export function parseDeploymentAnchor(json: string): Anchor | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return undefined;
  }
  const ledger = field(parsed, "ledger");
  const chainId = field(ledger, "chainId");
  const height = field(ledger, "height");
  const headerHash = hashOf(field(ledger, "headerHash"));
  const deployment = hashOf(field(ledger, "deploymentId"));
  if (typeof chainId !== "string" || typeof height !== "string") return undefined;
  if (!/^[1-9]\d{0,14}$/.test(height) || !headerHash || !deployment) return undefined;
  return { chainId, height: Number(height), headerHash, deployment };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function hashOf(value: unknown): Bytes | undefined {
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) return undefined;
  return Uint8Array.from(value.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
