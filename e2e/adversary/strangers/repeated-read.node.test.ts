import { afterAll, beforeAll, expect, it } from "vitest";
import type { Fetch } from "#client/transport/transport.ts";
import { fromHex } from "#protocol/bytes/text.ts";
import { parseLeaf } from "#protocol/log/leaf.ts";
import { parseRecord } from "#protocol/log/record.ts";
import { unwrap } from "#protocol/result.ts";
import { append } from "#protocol/wire/append.ts";
import type { ReplyOf } from "#protocol/wire/command.ts";
import { readHead, readLeaves } from "#protocol/wire/log-reading.ts";
import { ALICE, PASSPHRASE } from "../../support/test-device.ts";
import { createDevice, type Device } from "../world/device.ts";
import { type HostileProduct, startHostileProduct } from "../world/hostile-product.ts";

/** Not a lie of the server: a stranger who has what every member finds in the log. */

let product: HostileProduct;
let device: Device;
beforeAll(async () => {
  product = await startHostileProduct();
  device = await createDevice(product.deployment(), product.clock.now);
}, 60_000);
afterAll(() => product.close());

async function ask(body: Uint8Array): Promise<ReplyOf<typeof append>> {
  const response = await fetch(`${product.product.apiOrigin}/v1/append`, {
    method: "POST",
    headers: { "content-type": "application/cbor" },
    body: new Uint8Array(body),
  });
  return unwrap(append.parseReply(new Uint8Array(await response.arrayBuffer())));
}

it("a READ repeated by a stranger gives nothing, and its author loses nothing by it", async () => {
  let through: Fetch = fetch;
  const { engine } = await device.openTab({ fetch: (url, init) => through(url, init) });
  unwrap(await engine.createOrganization(ALICE, () => undefined));
  const { id: workspace } = unwrap(await engine.createWorkspace("Cases"));
  const log = unwrap(fromHex(workspace));
  unwrap(await engine.createFolder(workspace, null, "a name that is nobody's business"));
  await engine.lock();
  await device.forgetFolders();
  unwrap(await engine.unlock(PASSPHRASE));
  unwrap(await engine.folder(workspace, null));

  const host = device.host();
  const size = (await host.journal.log(log)).head?.size ?? 0;
  const { leaves } = unwrap(await host.sessions.call(readLeaves, { log, from: 0, to: size })).body;
  const reads = leaves
    .map((leaf) => unwrap(parseLeaf(leaf)))
    .filter(({ record }) => unwrap(parseRecord(record)).content.kind === "read");
  expect(reads.length).toBeGreaterThan(0);
  for (const { record, signature } of reads) {
    const nothing = { opening: null, contents: [], rings: [], profiles: [] };
    const reply = await ask(append.encodeRequest({ log, signed: { record, signature }, ...nothing }));
    expect(reply).toEqual({ kind: "failed", body: { reason: "noSession", detail: "" } });
  }
  const { body } = unwrap(await host.sessions.call(readHead, { log, fromSize: size }));
  expect(body.consistencyPath).toEqual([]);

  // The author's session ends unnoticed, and the answer to the same bytes is lost once: one READ, answered.
  await device.forgetFolders();
  let lost = 0;
  through = async (url, init) => {
    const headers = new Headers(init.headers);
    const isAppend = url.endsWith("/v1/append");
    if (isAppend && lost++ === 0) {
      await fetch(url, init);
      throw new TypeError("connection lost");
    }
    if (isAppend && lost === 2) headers.set("authorization", `Bearer ${"A".repeat(43)}`);
    return fetch(url, { ...init, headers });
  };
  await engine.lock();
  unwrap(await engine.unlock(PASSPHRASE));
  const folder = unwrap(await engine.folder(workspace, null));
  expect(folder.entries).toHaveLength(1);
  expect(lost).toBeGreaterThan(2);
  expect(device.faults).toEqual([]);
  await engine.lock();
}, 60_000);
