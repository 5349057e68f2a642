import { type Bytes, equalBytes } from "#protocol/bytes/bytes.ts";
import { logIdOf } from "#protocol/log/identifiers.ts";
import { parseLeaf } from "#protocol/log/leaf.ts";
import { putRow } from "../storage/sealed-rows.ts";
import type { AuditContext } from "./audit-context.ts";
import { fetchLeaves } from "./log-replays.ts";
import { GENESES, type GenesisRow } from "./tables.ts";

/**
 * A log's first record, which says for good whose log it is; undefined where the server does not give it. Kept,
 * since some evidence needs it and the server might not give it then.
 */
export async function keepGenesis({ host }: AuditContext, log: Bytes): Promise<GenesisRow | undefined> {
  const kept = await host.rows.get(GENESES, log);
  if (kept) return kept;
  const fetched = await fetchLeaves(host, log, 0, 1);
  if (!fetched.ok) {
    host.proofs.unanswered(log, "genesis", fetched.error);
    return undefined;
  }
  const leaf = parseLeaf(fetched.value[0] ?? new Uint8Array(0));
  const genesis = leaf.ok ? leaf.value : undefined;
  if (!genesis || !equalBytes(logIdOf(host.suite, genesis.record, genesis.signature), log)) {
    host.proofs.unanswered(log, "genesis", { because: "refused", detail: "AnotherRecord" });
    return undefined;
  }
  host.proofs.verified(log, "genesis");
  const { record, signature } = genesis;
  const row: GenesisRow = { v: 1, record, signature };
  await host.rows.write([putRow(GENESES, [log], row)]);
  return row;
}
