import type { Bytes } from "#protocol/bytes/bytes.ts";
import { toHex } from "#protocol/bytes/text.ts";
import { bytesUpTo, codec, struct, uint } from "#protocol/codec/schema.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { AuthorityList } from "#protocol/log/authority-list.ts";
import type { Head } from "#protocol/log/head.ts";
import { MAX_LEAF_BYTES, parseLeaf, parseStamp } from "#protocol/log/leaf.ts";
import type { EntryReader, MapValueOf } from "#protocol/log/map-entry.ts";
import { isIncluded, type ProvenLeaf } from "#protocol/log/receipt.ts";
import { err, ok, type Result } from "#protocol/result.ts";
import type { RequestOf } from "#protocol/wire/command.ts";
import { readAuthority } from "#protocol/wire/log-reading.ts";
import type { EngineError } from "../engine.ts";
import type { LogRow } from "../journal/tables.ts";
import { putRow, type RowTable, type SealedChange, type SealedRows } from "../storage/sealed-rows.ts";
import { type ProofWatch, silenceOf } from "../transport/proof-watch.ts";
import type { Sessions } from "../transport/sessions.ts";
import { sessionErrorOf } from "./engine-errors.ts";

/**
 * Who may do what in each workspace, from the records by which members said so. Kept for good: what this device has
 * seen of a role that was taken away, no later answer can leave out.
 */
export interface AuthorityLists {
  /**
   * The log's list, at least up to the records below leaf `size` that its `authority` entry there counts; those that
   * it lacks are fetched, and kept only if the entry agrees with them. The caller holds the log's lock.
   */
  readonly upTo: (
    at: {
      readonly head: Head;
      readonly size: number;
      readonly entry: MapValueOf<"authority">;
      /** When the list was last complete. No record since may stand below that size, and none be missing again. */
      readonly complete: LogRow["authority"];
    },
    organization: KnownOrganization,
  ) => Promise<Result<AuthorityList, AuthorityListFault>>;
}

/** The organization's log, as far as it is needed. */
interface KnownOrganization {
  readonly id: Bytes;
  /** Undefined beyond what `reach` has reached. */
  readonly at: (size: number) => EntryReader | undefined;
  readonly reach: (size: number) => Promise<Result<null, EngineError>>;
}

type AuthorityListFault =
  | { readonly type: "engine"; readonly error: EngineError }
  | { readonly type: "check"; readonly detail: string };

export function createAuthorityLists(options: {
  readonly suite: CryptoSuite;
  readonly sessions: Sessions;
  readonly rows: SealedRows;
  readonly proofs: ProofWatch;
}): AuthorityLists {
  const { suite, sessions, rows, proofs } = options;
  const lists = new Map<string, AuthorityList>();

  const takeIn = async (
    list: AuthorityList,
    { leaf, index }: Pick<ProvenLeaf, "leaf" | "index">,
    organization: KnownOrganization,
  ): Promise<Result<null, AuthorityListFault>> => {
    const size = organizationSizeOf(leaf);
    const reached = await organization.reach(size);
    if (!reached.ok) return err({ type: "engine", error: reached.error });
    const entries = organization.at(size);
    if (!entries) return err({ type: "check", detail: "OrganizationSizeUnknown" });
    const taken = list.append(leaf, index, entries);
    return taken.ok ? taken : err({ type: "check", detail: taken.error.type });
  };

  const load = async (log: Bytes, organization: KnownOrganization) => {
    const list = new AuthorityList(suite, { id: log, kind: "workspace", organization: organization.id });
    for (const row of await rows.list(LEAVES, log)) {
      // One is missing in storage: it and all behind it are asked for again.
      if (row.number !== list.count) break;
      const taken = await takeIn(list, row, organization);
      if (!taken.ok) return taken;
    }
    return ok(list);
  };

  /** Whoever signed the head has these leaves: that they are not to be had is no answer, said twice. */
  const ask = async (
    question: RequestOf<typeof readAuthority>,
  ): Promise<Result<readonly ProvenLeaf[], AuthorityListFault>> => {
    for (let attempt = 0; ; attempt++) {
      const answer = await sessions.call(readAuthority, question);
      if (answer.ok) return ok(answer.value.body.leaves);
      proofs.unanswered(question.log, "authority", silenceOf(answer.error));
      const isWithheld = answer.error.type === "ServerFailed" && answer.error.reason === "notAvailable";
      if (!isWithheld) return err({ type: "engine", error: sessionErrorOf(answer.error) });
      if (attempt > 0) return err({ type: "check", detail: "AuthorityWithheld" });
    }
  };

  const fetchMissing = async (
    list: AuthorityList,
    { head, entry: [count], complete }: Parameters<AuthorityLists["upTo"]>[0],
    organization: KnownOrganization,
  ): Promise<Result<readonly SealedChange[], AuthorityListFault>> => {
    const { log } = head;
    const fetched: SealedChange[] = [];
    while (list.count < count) {
      const from = list.count;
      const answer = await ask({ log, from, to: count, headSize: head.size });
      if (!answer.ok) return answer;
      const leaves = answer.value;
      if (leaves.length === 0 || leaves.length > count - from)
        return err({ type: "check", detail: "AuthorityMissing" });
      for (const proven of leaves) {
        if (!isIncluded(suite, head, proven)) return err({ type: "check", detail: "AuthorityNotIncluded" });
        const taken = await takeIn(list, proven, organization);
        if (!taken.ok) return taken;
        const { leaf, index } = proven;
        const number = list.count - 1;
        if (index < complete.size && number >= complete.count)
          return err({ type: "check", detail: "AuthorityWasHidden" });
        fetched.push(putRow(LEAVES, [log, number], { number, leaf, index }));
      }
    }
    return ok(fetched);
  };

  return {
    upTo: async (at, organization) => {
      const { size, entry, complete } = at;
      const { log } = at.head;
      // This device has had more, whether or not it still has them.
      if (size >= complete.size && entry[0] < complete.count)
        return err({ type: "check", detail: "AuthorityDiffers" });
      const known = lists.get(toHex(log));
      if (known?.agreesWith(entry, size) === true) return ok(known);
      // Taken back only once all of it is right: a wrong record in it would stay in the way of every later one.
      lists.delete(toHex(log));
      const loaded = await load(log, organization);
      if (!loaded.ok) return loaded;
      const list = loaded.value;
      const fetched = await fetchMissing(list, at, organization);
      if (!fetched.ok) return fetched;
      if (!list.agreesWith(entry, size)) return err({ type: "check", detail: "AuthorityDiffers" });
      await rows.write(fetched.value);
      proofs.verified(log, "authority");
      lists.set(toHex(log), list);
      return ok(list);
    },
  };
}

/** [log, number] */
const LEAVES: RowTable<{ readonly number: number; readonly leaf: Bytes; readonly index: number }> = {
  name: "authority-leaf",
  codec: codec(
    struct({ number: [0, uint], leaf: [1, bytesUpTo(MAX_LEAF_BYTES)], index: [2, uint] }),
    MAX_LEAF_BYTES + 48,
  ),
};

/** 0 where it does not parse: the list will say so. */
function organizationSizeOf(bytes: Bytes): number {
  const leaf = parseLeaf(bytes);
  const stamp = leaf.ok ? parseStamp(leaf.value.stamp) : undefined;
  return stamp?.ok === true ? stamp.value.organizationSize : 0;
}
