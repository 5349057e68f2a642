import type { Bytes } from "#protocol/bytes/bytes.ts";
import {
  encodeLedgerBundle,
  type LedgerBundle,
  parseLedgerBundle,
} from "#protocol/checkpoint/ledger-bundle.ts";
import type { CommitSig, LightBlock } from "#protocol/comet/types.ts";
import { ledgerBundle } from "#protocol/wire/audit.ts";
import { refuse, requestOf, type ServedReply, tamper } from "../call.ts";
import type { CreateLie } from "../mallory.ts";

/** Attack 26: headers, commits, validator sets and proofs are forged, one kind after the other. */
export const forgedLedgerLie: CreateLie = (stage) => {
  let told = 0;
  return {
    victim: () => undefined,
    isTold: () => told > 0,
    serve: async (call) => {
      if (!stage.isArmed() || !requestOf(call, ledgerBundle)) return undefined;
      const served = await stage.answer(call);
      return tamper(served, ledgerBundle, (reply) => {
        if (reply.kind !== "bundle") return reply;
        const bundle = parseLedgerBundle(reply.body.bytes);
        const forgery = FORGERIES[told++ % FORGERIES.length];
        if (!bundle.ok || !forgery) return reply;
        return { ...reply, body: { bytes: encodeLedgerBundle(forgery(bundle.value)) } };
      });
    },
  };
};

/** Attack 27: nothing newer of the ledger gets through; or, withholding, nothing at all. */
export const eclipseLie: CreateLie = (stage) => {
  let newest: ServedReply | undefined;
  return {
    victim: () => undefined,
    isTold: stage.isArmed,
    serve: async (call) => {
      if (!requestOf(call, ledgerBundle)) return undefined;
      if (!stage.isArmed()) {
        newest = await stage.answer(call);
        return newest;
      }
      return stage.isWithholding ? refuse("notAvailable") : newest;
    },
  };
};

const FORGERIES: readonly ((bundle: LedgerBundle) => LedgerBundle)[] = [
  // The header says something else, under the old signatures.
  (bundle) =>
    changeNewest(bundle, (block) => ({
      ...block,
      header: { ...block.header, appHash: flip(block.header.appHash) },
    })),
  // Signatures that nobody made.
  (bundle) => changeSignatures(bundle, (signature) => flip(signature)),
  // One validator has all the power.
  (bundle) =>
    changeNewest(bundle, (block) => ({
      ...block,
      validators: block.validators.map((validator, index) =>
        index === 0 ? { ...validator, power: 1_000_000n } : validator,
      ),
    })),
  // One validator's signature in everybody's place.
  (bundle) =>
    changeNewest(bundle, (block) => ({
      ...block,
      commit: {
        ...block.commit,
        signatures: block.commit.signatures.map((signature, _index, [first]) => first ?? signature),
      },
    })),
  // Another state of the deployment under a true header.
  ({ statement, ...bundle }) => ({
    ...bundle,
    statement: statement && {
      ...statement,
      proof: {
        ...statement.proof,
        state: { ...statement.proof.state, epochs: statement.proof.state.epochs + 1 },
      },
    },
  }),
];

function changeSignatures(bundle: LedgerBundle, change: (signature: Bytes) => Bytes): LedgerBundle {
  const changed = (signature: CommitSig): CommitSig =>
    signature.flag === "absent" ? signature : { ...signature, signature: change(signature.signature) };
  return changeNewest(bundle, (block) => ({
    ...block,
    commit: { ...block.commit, signatures: block.commit.signatures.map(changed) },
  }));
}

function changeNewest(bundle: LedgerBundle, change: (block: LightBlock) => LightBlock): LedgerBundle {
  const newest = bundle.lightBlocks.length - 1;
  return {
    ...bundle,
    lightBlocks: bundle.lightBlocks.map((block, index) => (index === newest ? change(block) : block)),
  };
}

function flip(bytes: Bytes): Bytes {
  return bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
}
