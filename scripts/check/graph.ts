export interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/**
 * A Mermaid diagram of the imports between groups of files. `groupOf` names a file's group, or leaves the file
 * out. An arrow is dotted while every import it stands for is of types only. Sorted, so that the same imports
 * give the same text.
 */
export function drawGraph(imports: readonly Import[], groupOf: (path: string) => string | undefined): string {
  const arrows = new Map<string, { readonly ends: readonly [string, string]; readonly typeOnly: boolean }>();
  for (const { from, to, typeOnly } of imports) {
    const [source, target] = [groupOf(from), groupOf(to)];
    if (source === undefined || target === undefined || source === target) continue;
    const key = `${source} ${target}`;
    const soFar = arrows.get(key)?.typeOnly ?? true;
    arrows.set(key, { ends: [nodeOf(source), nodeOf(target)], typeOnly: soFar && typeOnly });
  }
  const lines = [...arrows.values()].map(
    ({ ends, typeOnly }) => `  ${ends.join(typeOnly ? " -.-> " : " --> ")}`,
  );
  return ["```mermaid", "flowchart TD", ...lines.sort(), "```", ""].join("\n");
}

/** Mermaid's identifiers take no slashes and hyphens, its labels do. */
function nodeOf(group: string): string {
  return `${group.replaceAll(/[^a-z0-9]/gi, "_")}["${group}"]`;
}
