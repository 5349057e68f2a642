/**
 * Reads deployment.json as far as the host needs it: the origins the app may talk to. The app itself
 * checks the whole file again.
 *
 * @param {string} text
 * @returns {{ connectOrigins: string[] }}
 */
export function parseDeployment(text) {
  /** @type {unknown} */
  const deployment = JSON.parse(text);
  if (typeof deployment !== "object" || deployment === null)
    throw new Error("deployment.json: not an object");
  const { version, api, instances, stores, validators } = /** @type {Record<string, unknown>} */ (deployment);
  if (version !== 1) throw new Error(`deployment.json: version ${String(version)} is not known here`);
  const origins = [
    origin("api", api),
    ...list("instances", instances),
    ...list("stores", stores),
    ...list("validators", validators),
  ];
  return { connectOrigins: [...new Set(origins)] };
}

/** @param {string} field @param {unknown} value */
function list(field, value) {
  if (!Array.isArray(value)) throw new Error(`deployment.json: ${field} is not a list`);
  return value.map((item) => origin(field, item));
}

/**
 * These strings become part of a response header, so only an exact origin passes.
 *
 * @param {string} field @param {unknown} value
 */
function origin(field, value) {
  if (
    typeof value !== "string" ||
    !/^https?:\/\/[A-Za-z0-9.[\]:-]+$/.test(value) ||
    new URL(value).origin !== value
  ) {
    throw new Error(`deployment.json: ${field} must be an origin such as https://api.example.org`);
  }
  return value;
}
