import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import type { InstanceSigner } from "./instance-signer.ts";
import type { LiveLog } from "./live-log.ts";
import type { LogDraft } from "./log-draft.ts";

/** A log at the size that one group left it at; proofs for that size stay valid while it grows on. */
export interface CommittedHead {
  readonly live: LiveLog;
  readonly size: number;
  readonly root: Bytes;
  /** The signed note. */
  readonly note: Bytes;
}

/** The heads under which the callers of one group are answered, each signed once. */
export class CommittedHeads {
  readonly #signer: InstanceSigner;
  readonly #heads: ReadonlyMap<
    string,
    { readonly live: LiveLog; readonly size: number; readonly root: Bytes }
  >;
  readonly #notes = new Map<string, Bytes>();

  constructor(signer: InstanceSigner, drafts: readonly LogDraft[]) {
    this.#signer = signer;
    this.#heads = new Map(
      drafts.map(({ live }) => [
        toHex(live.identity.id),
        { live, size: live.tail.size, root: live.tail.root },
      ]),
    );
  }

  /** Undefined for a log that no job of the group looked at. */
  get(log: Bytes): CommittedHead | undefined {
    const name = toHex(log);
    const head = this.#heads.get(name);
    if (!head) return undefined;
    const note = this.#notes.get(name) ?? this.#signer.signHead({ log, size: head.size, root: head.root });
    this.#notes.set(name, note);
    return { ...head, note };
  }

  /** For a log that the caller's job has worked on. */
  require(log: Bytes): CommittedHead {
    const head = this.get(log);
    if (!head) throw new Error("a job answered about a log that it did not draft");
    return head;
  }
}
