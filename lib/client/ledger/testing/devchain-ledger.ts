import { createLedgerPort } from "#ledger/port.ts";
import {
  anchorOf,
  createTemporaryFolder,
  ManualTime,
  openDevchain,
  publish,
} from "#ledger/testing/devchain-world.ts";
import {
  checkpointTransaction,
  DEPLOYMENT,
  recordChain,
  registerTransaction,
  suite,
} from "#ledger/testing/ledger-world.ts";
import { ledgerBundle } from "#protocol/wire/audit.ts";
import { answer, createAnsweringTransport } from "../../transport/testing/answering-transport.ts";

/** A real ledger with a deployment that has this many epochs to seal, behind the proxy's bundle route. */
export async function createDevchainLedger(epochs: number) {
  const time = new ManualTime();
  const chain = openDevchain(createTemporaryFolder(), time);
  await publish(chain, time, registerTransaction());
  const records = recordChain(epochs);
  const ledger = createLedgerPort(suite, chain);
  let isSilent = false;
  let requests = 0;
  /** One epoch at most; -1 for none. */
  const fetchBundle = (trustedHeight: number, epoch = -1) =>
    ledger.fetchEvidence({
      deployment: DEPLOYMENT,
      trustedHeight,
      firstEpoch: Math.max(0, epoch),
      maxEpochs: epoch < 0 ? 0 : 1,
    });
  const giveBundle = answer(ledgerBundle, async ({ trustedHeight, fromEpoch }) => {
    requests++;
    if (isSilent) return null;
    return { kind: "bundle", body: { bytes: await fetchBundle(trustedHeight, fromEpoch) } };
  });
  return {
    time,
    records,
    anchor: anchorOf(chain),
    transport: createAnsweringTransport([giveBundle]),
    fetchBundle,
    requests: () => requests,
    silence: () => (isSilent = true),
    seal: (epoch: number) => publish(chain, time, checkpointTransaction(records[epoch] ?? new Uint8Array(0))),
  };
}
