import { decodeUtf8 } from "#protocol/bytes/text.ts";
import { err, type Result } from "#protocol/result.ts";
import type { EngineError } from "../engine.ts";
import { type Deployment, parseDeployment } from "../transport/deployment.ts";
import { DEFAULT_PACE, readCapped } from "../transport/read-capped.ts";
import type { Fetch } from "../transport/transport.ts";

const MAX_BYTES = 64 * 1024;

/** `deployment.json` of the app's own origin: the only place that a first anchor comes from. */
export async function loadDeployment(
  fetch: Fetch,
  appOrigin: string,
  now: () => number,
): Promise<Result<Deployment, EngineError>> {
  const missing = (detail: string) => err({ type: "NotConfigured", detail } as const);
  try {
    const response = await fetch(new URL("/deployment.json", appOrigin).href, {
      cache: "no-cache",
      redirect: "error",
    });
    if (!response.ok || response.body === null) return missing("deployment.json is missing");
    const body = await readCapped(response.body, MAX_BYTES, DEFAULT_PACE, now);
    const text = body.ok ? decodeUtf8(body.value) : body;
    if (!text.ok) return missing(text.error.type);
    const deployment = parseDeployment(text.value);
    return deployment.ok ? deployment : missing(`deployment.json: ${deployment.error.detail}`);
  } catch {
    return err({ type: "ServerUnreachable" });
  }
}
