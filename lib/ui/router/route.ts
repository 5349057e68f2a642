/**
 * The app's addresses live in the URL fragment, which never leaves the browser: folder and period names in
 * a path or query would reach the host's log.
 */
export type Route =
  | { readonly name: "start"; readonly step: StartStep }
  | {
      readonly name: "files";
      readonly workspaceId: string | undefined;
      readonly folderId: string | undefined;
    }
  | { readonly name: "people" }
  | { readonly name: "trust"; readonly view: "timeline" | "contradiction" }
  | { readonly name: "settings" }
  | { readonly name: "notFound" };

export type StartStep = "welcome" | "create" | "join" | "unlock" | "recover" | "kit";

const startSteps: readonly StartStep[] = ["welcome", "create", "join", "unlock", "recover", "kit"];

/** Reads a fragment such as `#/files/<workspace>/<folder>`. An empty fragment means Files. */
export function parseRoute(fragment: string): Route {
  const segments = fragment
    .replace(/^#?\/?/, "")
    .split("/")
    .map(decodeSegment);
  if (segments.some((segment) => segment === undefined)) return { name: "notFound" };
  const [first = "", second, third, ...rest] = segments;
  if (rest.length > 0) return { name: "notFound" };
  switch (first) {
    case "":
    case "files":
      return { name: "files", workspaceId: nonEmpty(second), folderId: nonEmpty(third) };
    case "start":
      return parseStart(second, third);
    case "people":
      return second === undefined ? { name: "people" } : { name: "notFound" };
    case "trust":
      return parseTrust(second, third);
    case "settings":
      return second === undefined ? { name: "settings" } : { name: "notFound" };
    default:
      return { name: "notFound" };
  }
}

/** Writes the fragment of a route, for links and for `navigate`. */
export function formatRoute(route: Exclude<Route, { name: "notFound" }>): string {
  switch (route.name) {
    case "start":
      return route.step === "welcome" ? "#/start" : `#/start/${route.step}`;
    case "files": {
      const ids = [route.workspaceId, route.folderId].filter((id) => id !== undefined);
      return ["#/files", ...ids.map(encodeURIComponent)].join("/");
    }
    case "trust":
      return route.view === "timeline" ? "#/trust" : "#/trust/contradiction";
    case "people":
    case "settings":
      return `#/${route.name}`;
  }
}

function parseStart(step: string | undefined, surplus: string | undefined): Route {
  const known = startSteps.find((candidate) => candidate === (nonEmpty(step) ?? "welcome"));
  return known === undefined || surplus !== undefined ? { name: "notFound" } : { name: "start", step: known };
}

function parseTrust(view: string | undefined, surplus: string | undefined): Route {
  if (surplus !== undefined) return { name: "notFound" };
  if (nonEmpty(view) === undefined) return { name: "trust", view: "timeline" };
  return view === "contradiction" ? { name: "trust", view } : { name: "notFound" };
}

function nonEmpty(segment: string | undefined): string | undefined {
  return segment === "" ? undefined : segment;
}

/** Undefined where the percent-encoding is broken: links come from anywhere. */
function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
