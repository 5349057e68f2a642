const MIB = 1024 * 1024;

/** What one server gives to strangers, to one caller, and to all together. */
export interface ServerLimits {
  /** Open connections in all, and of one address. */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Bytes of bodies and replies in memory at once: in all, and of one device (of one address without a session). */
  readonly maxBytesInFlight: number;
  readonly maxBytesInFlightPerCaller: number;
  /** Addresses, or networks like 10.0.0.0/8, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
}

/** Far above one device that uploads in every tab, and an office of a hundred behind one address. */
export const DEFAULT_LIMITS: ServerLimits = {
  maxConnections: 4000,
  maxConnectionsPerAddress: 600,
  maxBytesInFlight: 512 * MIB,
  maxBytesInFlightPerCaller: 128 * MIB,
  trustedProxies: [],
};

/** Of all bytes in flight, what bodies without a session may take: none of them is large. */
export const ANONYMOUS_PART = 1 / 16;
/** Of these, what one address may take. */
export const ANONYMOUS_PART_PER_ADDRESS = 1 / 8;
