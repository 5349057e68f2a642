import type { BlockStore } from "../ports.ts";
import type { Metrics } from "./metrics.ts";

/** The same store, with what it takes in counted. */
export function meterBlockStore(store: BlockStore, metrics: Pick<Metrics, "blocksStored">): BlockStore {
  return {
    ...store,
    put: async (organization, id, ciphertext) => {
      const outcome = await store.put(organization, id, ciphertext);
      if (outcome.ok) metrics.blocksStored(1, ciphertext.length);
      return outcome;
    },
  };
}
