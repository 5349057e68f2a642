import { argon2id } from "hash-wasm";
import type { Bytes } from "#protocol/bytes/bytes.ts";
import { err, ok, type Result } from "#protocol/result.ts";

/** Argon2id (RFC 9106) parameters; stored beside whatever the derived key wraps, so that it opens again. */
export interface Argon2Parameters {
  readonly memoryKib: number;
  readonly iterations: number;
  readonly parallelism: number;
}

export type Argon2Error = { readonly type: "Argon2MemoryRefused"; readonly memoryKib: number };

/** What a device is given when it can: 128 MiB, about 0.6 s. */
export const ARGON2_STANDARD: Argon2Parameters = { memoryKib: 128 * 1024, iterations: 3, parallelism: 1 };

/** What it falls back to where the platform refuses that much memory. The person is told which one was used. */
const ARGON2_REDUCED: Argon2Parameters = { memoryKib: 64 * 1024, iterations: 3, parallelism: 1 };

const KEY_BYTES = 32;

/**
 * A 32-byte key from a new passphrase, under the strongest parameters this platform has memory for, and those
 * parameters. `salt`: 16 fresh random bytes. The passphrase is normalised (Unicode NFKC), so that it opens from
 * any keyboard, and must not be empty.
 */
export async function createPassphraseKey(
  passphrase: string,
  salt: Bytes,
): Promise<Result<{ readonly key: Bytes; readonly parameters: Argon2Parameters }, Argon2Error>> {
  const standard = await derivePassphraseKey(passphrase, salt, ARGON2_STANDARD);
  if (standard.ok) return ok({ key: standard.value, parameters: ARGON2_STANDARD });
  const reduced = await derivePassphraseKey(passphrase, salt, ARGON2_REDUCED);
  return reduced.ok ? ok({ key: reduced.value, parameters: ARGON2_REDUCED }) : reduced;
}

/** The same key again, under the parameters it was made with. */
export async function derivePassphraseKey(
  passphrase: string,
  salt: Bytes,
  parameters: Argon2Parameters,
): Promise<Result<Bytes, Argon2Error>> {
  try {
    const key = await argon2id({
      password: passphrase.normalize("NFKC"),
      salt,
      iterations: parameters.iterations,
      parallelism: parameters.parallelism,
      memorySize: parameters.memoryKib,
      hashLength: KEY_BYTES,
      outputType: "binary",
    });
    return ok(key);
  } catch (error) {
    // A WebAssembly memory that cannot grow shows as a RangeError; hash-wasm reports bad parameters by plain Errors.
    if (!(error instanceof RangeError)) throw error;
    return err({ type: "Argon2MemoryRefused", memoryKib: parameters.memoryKib });
  }
}
