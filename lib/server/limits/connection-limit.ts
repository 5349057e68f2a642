/** What is needed of a socket. */
interface Connection {
  readonly destroy: () => void;
  readonly once: (event: "close", listener: () => void) => unknown;
}

/**
 * Open connections, in all and of each address. Where there is no room a newcomer takes the place of the oldest one
 * that has not shown a session: of its own address, or of the address that has most. So thousands of connections that
 * only wait keep nobody out, and no request in a session is cut off for a stranger's sake.
 */
export interface ConnectionLimit {
  /** False when it was closed at once. Undefined as address: a proxy of our own, which is counted in all only. */
  readonly admit: (connection: Connection, address: string | undefined) => boolean;
  /** It has carried a request in a session. */
  readonly prove: (connection: Connection) => void;
  readonly open: () => number;
}

export function createConnectionLimit(limits: {
  readonly total: number;
  readonly perAddress: number;
}): ConnectionLimit {
  /** Of each address those without a session, oldest first, and the number of all. */
  const byAddress = new Map<string, { readonly unproven: Set<Connection>; count: number }>();
  const addressOf = new Map<Connection, string | undefined>();

  const forget = (connection: Connection): void => {
    const address = addressOf.get(connection);
    if (!addressOf.delete(connection) || address === undefined) return;
    const own = byAddress.get(address);
    if (!own) return;
    own.unproven.delete(connection);
    own.count -= 1;
    if (own.count === 0) byAddress.delete(address);
  };

  /** False where all have shown a session. */
  const evictFrom = (address: string): boolean => {
    for (const oldest of byAddress.get(address)?.unproven ?? []) {
      forget(oldest);
      oldest.destroy();
      return true;
    }
    return false;
  };

  const fullest = (): string | undefined => {
    let found: string | undefined;
    let most = 0;
    for (const [address, { unproven }] of byAddress) {
      if (unproven.size <= most) continue;
      most = unproven.size;
      found = address;
    }
    return found;
  };

  const makeRoom = (address: string | undefined): boolean => {
    const own = address === undefined ? 0 : (byAddress.get(address)?.count ?? 0);
    if (address !== undefined && own >= limits.perAddress) return evictFrom(address);
    if (addressOf.size < limits.total) return true;
    const crowd = fullest();
    return crowd !== undefined && evictFrom(crowd);
  };

  return {
    admit: (connection, address) => {
      if (!makeRoom(address)) {
        connection.destroy();
        return false;
      }
      addressOf.set(connection, address);
      if (address !== undefined) {
        const own = byAddress.get(address) ?? { unproven: new Set(), count: 0 };
        byAddress.set(address, own);
        own.unproven.add(connection);
        own.count += 1;
      }
      connection.once("close", () => forget(connection));
      return true;
    },
    prove: (connection) => {
      const address = addressOf.get(connection);
      if (address !== undefined) byAddress.get(address)?.unproven.delete(connection);
    },
    open: () => addressOf.size,
  };
}
