/** An object that is another one at every use: whoever holds it follows when the parts behind it are exchanged. */
export function delegate<T extends object>(first: T, current: () => T): T {
  return new Proxy<T>(first, { get: (_first, name): unknown => Reflect.get(current(), name) });
}
