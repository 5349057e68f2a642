import { expose, wrap } from "comlink";
import type { PassphraseKdf } from "../identity/passphrase-kdf.ts";

/**
 * Argon2id takes 128 MiB that WebAssembly never gives back, so it runs in a worker that is thrown away. The engine
 * talks to it through a port of its own: what it derives never passes the page.
 */
export function serveKdf(kdf: PassphraseKdf): void {
  self.addEventListener("message", ({ ports: [port] }) => {
    if (port) expose(kdf, port);
  });
}

export function connectKdf(port: MessagePort): PassphraseKdf {
  const remote = wrap<PassphraseKdf>(port);
  return {
    create: (passphrase, salt) => remote.create(passphrase, salt),
    derive: (passphrase, salt, parameters) => remote.derive(passphrase, salt, parameters),
  };
}
