import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

/**
 * Whose requests are counted together: the peer's address, or what the proxy in front says it is. Of an IPv6
 * address only the first 64 bits, for the rest is the caller's own choice.
 */
export function createClientOf(options: { readonly isBehindProxy: boolean }): (context: Context) => string {
  return (context) => {
    // The last entry is the one that the nearest proxy, ours, has added; all before it are the caller's words.
    const forwarded = options.isBehindProxy
      ? context.req.header("x-forwarded-for")?.split(",").at(-1)
      : undefined;
    return networkOf(forwarded?.trim() ?? getConnInfo(context).remote.address ?? "");
  };
}

/** Exported for its test: an address as a text that is the same for all of one network. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  const tailGroups = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - tailGroups.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => "0"), ...tailGroups];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
