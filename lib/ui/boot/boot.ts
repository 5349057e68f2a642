/**
 * The first script of every page, run before anything else may load code.
 *
 * It makes the only Trusted Types policy the page allows: script addresses must be files of this release,
 * and strings never become markup or code (there is no createHTML and no createScript). It also applies
 * the saved theme before the first paint. Built by esbuild as a classic script; the release list is
 * written into it by the build.
 */
declare const RELEASE_SCRIPTS: readonly string[];

/** Missing in browsers without Trusted Types. */
declare const trustedTypes:
  | { createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown }
  | undefined;

const releaseScripts: ReadonlySet<string> = new Set(RELEASE_SCRIPTS);

if (typeof trustedTypes !== "undefined") trustedTypes.createPolicy("default", { createScriptURL });

try {
  const theme = localStorage.getItem("holdfast.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
} catch {
  // Storage may be blocked by browser settings; the system theme is then used.
}

function createScriptURL(url: string): string {
  const target = new URL(url, document.baseURI);
  // Only the pathname is compared: bundled workers carry their parameters in the fragment.
  // Given back as it came: the bundler finds a loaded chunk by the address it wrote into the element.
  if (target.origin === location.origin && releaseScripts.has(target.pathname)) return url;
  throw new TypeError(`Not a script of this release: ${target.origin}${target.pathname}`);
}
