import type { Bytes } from "#protocol/bytes/bytes.ts";
import type { Result } from "#protocol/result.ts";

/** Argon2id as the device uses it; runs in a worker of its own, whose memory goes when it ends. */
export interface PassphraseKdf {
  /** A key from a new passphrase, under the strongest parameters that this platform has memory for. */
  readonly create: (
    passphrase: string,
    salt: Bytes,
  ) => Promise<Result<{ readonly key: Bytes; readonly parameters: KdfParameters }, KdfError>>;
  /** The same key again. */
  readonly derive: (
    passphrase: string,
    salt: Bytes,
    parameters: KdfParameters,
  ) => Promise<Result<Bytes, KdfError>>;
}

interface KdfParameters {
  readonly memoryKib: number;
  readonly iterations: number;
  readonly parallelism: number;
}

export type KdfError = { readonly type: "Argon2MemoryRefused"; readonly memoryKib: number };
