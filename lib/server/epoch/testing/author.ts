import { type Bytes, zeroBytes } from "#protocol/bytes/bytes.ts";
import type { CryptoSuite, RandomBytes } from "#protocol/crypto/suite.ts";
import { parseNote } from "#protocol/log/head.ts";
import { deviceIdOf, logIdOf, recordHashOf, rootIdOf } from "#protocol/log/identifiers.ts";
import type { Receipt } from "#protocol/log/receipt.ts";
import { type RecordContent, type SignedRecord, signRecord } from "#protocol/log/record.ts";
import { unwrap } from "#protocol/result.ts";
import { NO_ATTACHMENTS } from "../../log/attachments.ts";
import type { LogEngine } from "../../log/log-engine.ts";

/** Where an author stands in one log. */
interface Standing {
  readonly seq: number;
  readonly prev: Bytes;
  readonly seenSize: number;
  readonly seenRoot: Bytes;
}

const NOWHERE: Standing = { seq: 0, prev: zeroBytes(32), seenSize: 0, seenRoot: zeroBytes(32) };

/** A device that makes a new organization with one workspace, and writes to both logs. */
export class Author {
  organization: Bytes = zeroBytes(32);
  workspace: Bytes = zeroBytes(32);
  readonly #suite: CryptoSuite;
  readonly #engine: LogEngine;
  readonly #randomBytes: RandomBytes;
  readonly #secretKey: Bytes;
  readonly #user: Bytes;
  readonly #deployment: Bytes;
  #inOrganization: Standing = NOWHERE;
  #inWorkspace: Standing = NOWHERE;

  constructor(parts: {
    readonly suite: CryptoSuite;
    readonly engine: LogEngine;
    readonly randomBytes: RandomBytes;
    readonly deployment: Bytes;
  }) {
    this.#suite = parts.suite;
    this.#engine = parts.engine;
    this.#randomBytes = parts.randomBytes;
    this.#secretKey = parts.randomBytes(32);
    this.#user = parts.randomBytes(16);
    this.#deployment = parts.deployment;
  }

  async createLogs(): Promise<void> {
    const records = await this.#createFoundation();
    const organization = await this.#engine.createOrganization({ records, profiles: [] });
    if (organization.type !== "created") throw new Error(organization.type);
    this.organization = organization.log;
    this.#inOrganization = { ...NOWHERE, ...seenIn(organization.receipts.at(-1)) };

    const ring = this.#randomBytes(80);
    const genesis = await this.#sign(zeroBytes(32), NOWHERE, {
      kind: "workspaceGenesis",
      body: {
        organization: this.organization,
        owner: this.#user,
        nonce: this.#randomBytes(16),
        keyCommitment: this.#randomBytes(32),
        ringHash: this.#suite.sha256(ring),
      },
    });
    this.workspace = logIdOf(this.#suite, genesis.record, genesis.signature);
    const listing = await this.#sign(this.organization, this.#inOrganization, {
      kind: "workspace",
      body: { workspace: this.workspace },
    });
    const created = await this.#engine.createWorkspace({
      organization: this.organization,
      workspace: this.workspace,
      organizationRecord: listing,
      genesis,
      rings: [{ user: this.#user, ciphertext: ring }],
    });
    if (created.type !== "created") throw new Error(JSON.stringify(created));
    this.#inOrganization = this.#after(this.#inOrganization, listing, created.organizationReceipt);
    this.#inWorkspace = this.#after(NOWHERE, genesis, created.receipt);
  }

  async writeToOrganization(): Promise<void> {
    const content: RecordContent = {
      kind: "anchor",
      body: { chainId: "any", height: 1, headerHash: this.#randomBytes(32) },
    };
    this.#inOrganization = await this.#append(this.organization, this.#inOrganization, content);
  }

  async writeToWorkspace(): Promise<void> {
    this.#inWorkspace = await this.#append(this.workspace, this.#inWorkspace, { kind: "ack", body: {} });
  }

  async #append(log: Bytes, standing: Standing, content: RecordContent): Promise<Standing> {
    const signed = await this.#sign(log, standing, content);
    const answer = await this.#engine.append({ ...NO_ATTACHMENTS, log, signed });
    if (answer.type !== "appended") throw new Error(JSON.stringify(answer));
    return this.#after(standing, signed, answer.receipt);
  }

  async #sign(log: Bytes, standing: Standing, content: RecordContent): Promise<SignedRecord> {
    const sealed = await this.#engine.epochLogs.newestEpochRecord();
    const isWorkspace = content.kind === "workspaceGenesis" || content.kind === "ack";
    const { seenSize, seenRoot } = this.#inOrganization;
    return signRecord(
      this.#suite,
      {
        v: 1,
        log,
        device: deviceIdOf(this.#suite, this.#suite.verifyKeyOf(this.#secretKey)),
        incarnation: zeroBytes(16),
        ...standing,
        seenOrganization: isWorkspace ? [seenSize, seenRoot] : [0, zeroBytes(32)],
        sealedEpoch: sealed?.epoch ?? -1,
        sealedHash: sealed?.recordHash ?? zeroBytes(32),
        clientTime: 0,
        content,
      },
      this.#secretKey,
    );
  }

  #after({ seq }: Standing, { record, signature }: SignedRecord, receipt: Receipt): Standing {
    return { seq: seq + 1, prev: recordHashOf(this.#suite, record, signature), ...seenIn(receipt) };
  }

  async #createFoundation(): Promise<readonly SignedRecord[]> {
    const suite = this.#suite;
    const sealed = await this.#engine.epochLogs.newestEpochRecord();
    const rootSecretKey = this.#randomBytes(32);
    const rootKey = suite.verifyKeyOf(rootSecretKey);
    const hash = this.#randomBytes(32);
    const contents: readonly RecordContent[] = [
      { kind: "organizationGenesis", body: { rootKey, deployment: this.#deployment, nameHash: hash } },
      {
        kind: "user",
        body: {
          user: this.#user,
          boxKey: suite.boxKeyOf(this.#randomBytes(32)),
          profile: "administrator",
          profileHash: hash,
        },
      },
      {
        kind: "device",
        body: { user: this.#user, verifyKey: suite.verifyKeyOf(this.#secretKey), labelHash: hash },
      },
    ];
    const records: SignedRecord[] = [];
    for (const [seq, content] of contents.entries()) {
      const [genesis] = records;
      const before = records.at(-1);
      records.push(
        signRecord(
          suite,
          {
            v: 1,
            log: genesis ? logIdOf(suite, genesis.record, genesis.signature) : zeroBytes(32),
            device: rootIdOf(suite, rootKey),
            incarnation: zeroBytes(16),
            seq,
            prev: before ? recordHashOf(suite, before.record, before.signature) : zeroBytes(32),
            seenSize: 0,
            seenRoot: zeroBytes(32),
            seenOrganization: [0, zeroBytes(32)],
            sealedEpoch: sealed?.epoch ?? -1,
            sealedHash: sealed?.recordHash ?? zeroBytes(32),
            clientTime: 0,
            content,
          },
          rootSecretKey,
        ),
      );
    }
    return records;
  }
}

function seenIn(receipt: Receipt | undefined): { readonly seenSize: number; readonly seenRoot: Bytes } {
  if (!receipt) throw new Error("no receipt");
  const { size, root } = unwrap(parseNote(receipt.note));
  return { seenSize: size, seenRoot: root };
}
