import { type Bytes, equal } from "./bytes.ts";

/** One header of one chain, and the deployment whose records are meant. */
export interface Anchor {
  readonly chainId: string;
  readonly height: number;
  readonly headerHash: Bytes;
  readonly deployment: Bytes;
}

/** As many as a deployment.json keeps, and room for more in a list of one's own. */
const MAX_ANCHORS = 1_024;
const MAX_CHARACTERS = 512 * 1024;

/**
 * The anchors that a file of the reader's own names, ascending and each once: a `deployment.json`, whose ledger has one
 * `height` and `headerHash` and a list of `earlier` ones, or an array of objects with all four values. Undefined for a
 * file that names none, or two headers of one height, or is malformed anywhere: half a list would be a guess.
 */
export function parseAnchors(json: string): readonly Anchor[] | undefined {
  if (json.length > MAX_CHARACTERS) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return undefined;
  }
  const entries = Array.isArray(parsed) ? parsed : entriesOf(field(parsed, "ledger"));
  if (!entries || entries.length === 0 || entries.length > MAX_ANCHORS) return undefined;
  const anchors: Anchor[] = [];
  for (const entry of entries) {
    const [chainId, height] = [field(entry, "chainId"), field(entry, "height")];
    const [headerHash, deployment] = [field(entry, "headerHash"), field(entry, "deploymentId")];
    const anchor = anchorOfValues(chainId, height, headerHash, deployment);
    if (!anchor) return undefined;
    anchors.push(anchor);
  }
  return isContradictory(anchors) ? undefined : ascending(anchors);
}

/** An anchor from its four values as text: 64 hexadecimal digits for each hash, a decimal height. */
export function anchorOfValues(
  chainId: unknown,
  height: unknown,
  headerHash: unknown,
  deploymentId: unknown,
): Anchor | undefined {
  const hash = hashOf(headerHash);
  const deployment = hashOf(deploymentId);
  if (typeof chainId !== "string" || chainId === "" || typeof height !== "string") return undefined;
  if (!/^[1-9]\d{0,14}$/.test(height) || !hash || !deployment) return undefined;
  return { chainId, height: Number(height), headerHash: hash, deployment };
}

/** The newest one of a deployment.json, and those that it named before: they are lower, or the same once more. */
function entriesOf(ledger: unknown): readonly unknown[] | undefined {
  const earlier = field(ledger, "earlier") ?? [];
  if (typeof ledger !== "object" || ledger === null || !Array.isArray(earlier)) return undefined;
  const [chainId, deploymentId] = [field(ledger, "chainId"), field(ledger, "deploymentId")];
  const heights = earlier.map((entry) => Number(field(entry, "height")));
  if (heights.some((height) => height > Number(field(ledger, "height")))) return undefined;
  return [
    ledger,
    ...earlier.map((entry: unknown) => ({
      chainId,
      deploymentId,
      height: field(entry, "height"),
      headerHash: field(entry, "headerHash"),
    })),
  ];
}

function isContradictory(anchors: readonly Anchor[]): boolean {
  const known = new Map<string, Bytes>();
  return anchors.some(({ chainId, height, headerHash }) => {
    const place = `${height} ${chainId}`;
    const other = known.get(place);
    known.set(place, headerHash);
    return other !== undefined && !equal(other, headerHash);
  });
}

/** Each once. */
export function ascending(anchors: readonly Anchor[]): readonly Anchor[] {
  const sorted = anchors.toSorted((a, b) => a.height - b.height);
  return sorted.filter((anchor, place) => !sorted.slice(0, place).some((other) => isSame(anchor, other)));
}

function isSame(a: Anchor, b: Anchor): boolean {
  return (
    a.height === b.height &&
    a.chainId === b.chainId &&
    equal(a.headerHash, b.headerHash) &&
    equal(a.deployment, b.deployment)
  );
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function hashOf(value: unknown): Bytes | undefined {
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) return undefined;
  return Uint8Array.from(value.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
