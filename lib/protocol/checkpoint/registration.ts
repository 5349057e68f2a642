import type { Bytes } from "../bytes/bytes.ts";
import type { FormatError } from "../codec/cbor.ts";
import { array, bytes, codec, type Infer, integer, literal, struct, text } from "../codec/schema.ts";
import { hashInContext } from "../crypto/context.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import { err, type Result } from "../result.ts";
import { MAX_ACTIVE_INSTANCES } from "./limits.ts";

/** How often epochs close and how many instances must sign one; the client's liveness checks read it. */
export const policySchema = struct({
  /** Distinct active instance signatures that a CHECKPOINT needs. */
  threshold: [0, integer(1, MAX_ACTIVE_INSTANCES)],
  /** Longest time an epoch stays open while there is work. */
  epochLengthMs: [1, integer(1, 86_400_000)],
  /** Longest time an epoch stays open when nothing happens; never shorter than `epochLengthMs`. */
  idleEpochLengthMs: [2, integer(1, 86_400_000)],
});

export type Policy = Infer<typeof policySchema>;

const policyCodec = codec(policySchema, 64);

export const instanceSchema = struct({
  /** Ed25519 verify key of a server instance. */
  key: [0, bytes(32)],
  /** Web origin of its API, as `https://host[:port]`. */
  origin: [1, text(255)],
});

export type Instance = Infer<typeof instanceSchema>;

const registrationSchema = struct({
  v: [0, literal(1)],
  /** The ledger this deployment lives on: the id below binds it, so no record counts on two ledgers. */
  chainId: [1, text(50)],
  /** Ed25519 key that may change policy and instances. */
  governanceKey: [2, bytes(32)],
  /** First entries of the registry, all valid from epoch 0. */
  instances: [3, array(instanceSchema, MAX_ACTIVE_INSTANCES)],
  policy: [4, policySchema],
});

export type Registration = Infer<typeof registrationSchema>;

const registrationCodec = codec(registrationSchema, 8192);

export type RegistrationError =
  | FormatError
  | { readonly type: "OriginMalformed"; readonly origin: string }
  | { readonly type: "InstanceRepeated" }
  | { readonly type: "PolicyUnsatisfiable"; readonly threshold: number; readonly instances: number };

export function encodeRegistration(registration: Registration): Bytes {
  return registrationCodec.encode(registration);
}

export function parseRegistration(registrationBytes: Bytes): Result<Registration, RegistrationError> {
  const parsed = registrationCodec.decode(registrationBytes);
  if (!parsed.ok) return parsed;
  const { instances, policy } = parsed.value;
  const wrong = instanceListError(instances) ?? policyError(policy, instances.length);
  return wrong ? err(wrong) : parsed;
}

/** Deployment id = SHA-256(`holdfast/v1/deployment\0` ‖ registration bytes). */
export function deploymentId(suite: Pick<CryptoSuite, "sha256">, registrationBytes: Bytes): Bytes {
  return hashInContext(suite, "deployment", registrationBytes);
}

export function encodePolicy(policy: Policy): Bytes {
  return policyCodec.encode(policy);
}

export function parsePolicy(policyBytes: Bytes): Result<Policy, FormatError> {
  return policyCodec.decode(policyBytes);
}

export function policyHash(suite: Pick<CryptoSuite, "sha256">, policyBytes: Bytes): Bytes {
  return hashInContext(suite, "policy", policyBytes);
}

/** Undefined when every origin is well-formed and no key appears twice. */
export function instanceListError(instances: readonly Instance[]): RegistrationError | undefined {
  const keys = new Set<string>();
  for (const { key, origin } of instances) {
    if (!ORIGIN.test(origin)) return { type: "OriginMalformed", origin };
    keys.add(key.join());
  }
  return keys.size === instances.length ? undefined : { type: "InstanceRepeated" };
}

/** Undefined when `instances` instances can meet the policy. */
export function policyError(policy: Policy, instances: number): RegistrationError | undefined {
  const satisfiable = policy.threshold <= instances && policy.epochLengthMs <= policy.idleEpochLengthMs;
  return satisfiable ? undefined : { type: "PolicyUnsatisfiable", threshold: policy.threshold, instances };
}

/** Scheme, lower-case host (name, IPv4 or bracketed IPv6) and port: no path, no user, nothing to normalise. */
const ORIGIN = /^https?:\/\/(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?$/;
