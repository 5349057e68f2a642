import { serveKdf } from "#client/worker/kdf-worker.ts";
import { createPassphraseKey, derivePassphraseKey } from "#crypto/argon2.ts";

/** Turns passphrases into keys. */
serveKdf({ create: createPassphraseKey, derive: derivePassphraseKey });
