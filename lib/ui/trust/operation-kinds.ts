const knownOperations = ["create", "upload", "change", "rename", "move", "trash", "read", "share"] as const;

/** The kinds we have a verb for; another one, from a newer device, is told in general words. */
export function isKnownOperation(kind: string): kind is (typeof knownOperations)[number] {
  const known: readonly string[] = knownOperations;
  return known.includes(kind);
}
