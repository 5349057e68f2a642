/** Ids of the selected items. */
export type Selection = ReadonlySet<string>;

/** What a press does with the selection: the modifier keys of every file manager. */
export type SelectionStep = "replace" | "toggle" | "extend" | "add";

interface Identified {
  readonly id: string;
}

/** `at` and `anchor` are positions in `items`; between both, wherever they lie, is the range of "extend" and "add". */
export function select(
  items: readonly Identified[],
  selection: Selection,
  step: SelectionStep,
  { at, anchor }: { readonly at: number; readonly anchor: number },
): Selection {
  const range = (): string[] =>
    items.slice(Math.min(at, anchor), Math.max(at, anchor) + 1).map(({ id }) => id);
  switch (step) {
    case "replace":
      return new Set(items.slice(at, at + 1).map(({ id }) => id));
    case "toggle":
      return toggled(selection, items[at]?.id);
    case "extend":
      return new Set(range());
    case "add":
      return new Set([...selection, ...range()]);
  }
}

function toggled(selection: Selection, id: string | undefined): Selection {
  const next = new Set(selection);
  if (id !== undefined && !next.delete(id)) next.add(id);
  return next;
}

export function stepOf(keys: {
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}): SelectionStep {
  const isToggling = keys.ctrlKey || keys.metaKey;
  if (keys.shiftKey) return isToggling ? "add" : "extend";
  return isToggling ? "toggle" : "replace";
}
