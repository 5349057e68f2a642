import { BlockList, isIP } from "node:net";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

/** Whether an address is that of a proxy of our own. `proxies`: addresses, and networks like 10.0.0.0/8. */
export function createIsTrusted(proxies: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address = "", prefix] = proxy.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    const plain = plainAddress(address);
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 6 ? "ipv6" : "ipv4");
  };
}

/**
 * Whose requests are counted together: the peer's address or, where the peer is a trusted proxy, what it says that
 * is. Of an IPv6 address only the first 64 bits, for the rest is the caller's own choice.
 */
export function createClientOf(isTrusted: (address: string) => boolean): (context: Context) => string {
  return (context) => {
    const peer = getConnInfo(context).remote.address ?? "";
    return networkOf(
      isTrusted(peer) ? forwardedFor(context.req.header("x-forwarded-for"), isTrusted, peer) : peer,
    );
  };
}

/** Each proxy adds its own peer at the end, so what stands before the last untrusted address is the caller's words. */
function forwardedFor(
  header: string | undefined,
  isTrusted: (address: string) => boolean,
  peer: string,
): string {
  const hops = (header ?? "").split(",").map((hop) => hop.trim());
  return hops.findLast((hop) => hop !== "" && !isTrusted(hop)) ?? peer;
}

/** An IPv4 address that came over an IPv6 socket, as it is written elsewhere. */
function plainAddress(address: string): string {
  return /^::ffff:([0-9.]+)$/i.exec(address)?.[1] ?? address;
}

/** An address as a text that is the same for all of one network. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (!plain.includes(":")) return plain;
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
