import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { type Bytes, concatBytes } from "#protocol/bytes/bytes.ts";
import { contextBytes } from "#protocol/crypto/context.ts";
import type { CryptoSuite } from "#protocol/crypto/suite.ts";
import { parseNote } from "#protocol/log/head.ts";
import { recordHashOf } from "#protocol/log/identifiers.ts";
import { parseStamp } from "#protocol/log/leaf.ts";
import { encodeRecord } from "#protocol/log/record.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import type { Person, Place } from "#server/testing/person.ts";
import type { HttpConnection } from "./http-connection.ts";

/**
 * A device that writes version after version of one manifest and waits for each receipt. It does what its next
 * record needs: it keeps its chain and follows the heads that the notes name. To leave the processor to the server
 * it signs by OpenSSL, and it verifies neither signatures nor proofs (`own-audit` and `replay-browser` measure that).
 */
export class WritingDevice {
  readonly #suite: CryptoSuite;
  readonly #person: Person;
  readonly #log: Bytes;
  readonly #signingKey: KeyObject;
  readonly #connection: HttpConnection;
  readonly #manifest: Bytes;
  readonly #content: Bytes;
  readonly #seenOrganization: readonly [number, Bytes];
  #seen: { readonly size: number; readonly root: Bytes };
  #prev: Bytes = new Uint8Array(32);
  #version = 0;

  constructor(
    suite: CryptoSuite,
    input: {
      readonly person: Person;
      readonly place: Place;
      readonly connection: HttpConnection;
      readonly contentBytes: number;
    },
  ) {
    const { person, place } = input;
    const seen = person.headOf(place.log);
    const organization = place.organization ? person.headOf(place.organization) : undefined;
    if (!seen || !organization) throw new Error(`${person.name} has not seen the workspace yet`);
    this.#suite = suite;
    this.#person = person;
    this.#log = place.log;
    this.#connection = input.connection;
    this.#seen = seen;
    this.#seenOrganization = [organization.size, organization.root];
    this.#manifest = person.device.slice();
    this.#content = new Uint8Array(input.contentBytes);
    this.#content.set(person.device);
    this.#signingKey = createPrivateKey({
      key: Buffer.concat([PKCS8_ED25519_PREFIX, person.deviceSecret]),
      format: "der",
      type: "pkcs8",
    });
  }

  /** One version through the log, until its receipt is here. */
  async writeLogged(): Promise<void> {
    const { request, recordHash } = this.#createRequest();
    const reply = unwrap(append.parseReply(await this.#connection.post(`/v1/${append.name}`, request)));
    if (reply.kind !== "appended")
      throw new Error(`a write was ${reply.kind}: ${JSON.stringify(reply.body)}`);
    const { note, stamp } = reply.body.receipt;
    if (unwrap(parseStamp(stamp)).outcome !== "applied") throw new Error("a write had no effect");
    this.#seen = unwrap(parseNote(note));
    this.#prev = recordHash;
    this.#version += 1;
  }

  /** The same request with other contents, stored without a log; the record in it goes unread. */
  createPlainWrite(): () => Promise<void> {
    const { request } = this.#createRequest();
    const numberAt = Buffer.from(request).indexOf(this.#content) + NUMBER_OFFSET;
    const view = new DataView(request.buffer, request.byteOffset);
    let number = 0;
    return async () => {
      number += 1;
      view.setUint32(numberAt, number);
      await this.#connection.post("/bench/plain", request);
    };
  }

  #createRequest(): { readonly request: Bytes; readonly recordHash: Bytes } {
    const { device, incarnation } = this.#person;
    const version = this.#version;
    new DataView(this.#content.buffer).setUint32(NUMBER_OFFSET, version);
    const item = {
      manifest: this.#manifest,
      baseVersion: version,
      baseRecord: this.#prev,
      contentHash: this.#suite.sha256(this.#content),
      sizeBytes: this.#content.length,
      keyIndex: 0,
      tombstone: false,
    };
    const record = encodeRecord({
      v: 1,
      log: this.#log,
      device,
      incarnation,
      seq: version,
      prev: this.#prev,
      seenSize: this.#seen.size,
      seenRoot: this.#seen.root,
      seenOrganization: this.#seenOrganization,
      sealedEpoch: -1,
      sealedHash: new Uint8Array(32),
      clientTime: Date.now(),
      content: { kind: "write", body: { items: [item], guards: [] } },
    });
    const signature = new Uint8Array(
      sign(null, concatBytes(contextBytes("record"), record), this.#signingKey),
    );
    const request = append.encodeRequest({
      log: this.#log,
      signed: { record, signature },
      opening: null,
      contents: [this.#content],
      rings: [],
      profiles: [],
    });
    return { request, recordHash: recordHashOf(this.#suite, record, signature) };
  }
}

/** Before it the content holds the device's id, behind it zeros. */
const NUMBER_OFFSET = 16;
/** RFC 8410 §7: what stands before the seed of an Ed25519 private key. */
const PKCS8_ED25519_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
