import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { createProductSuite } from "#crypto/product-suite.ts";
import { toBase64Url, toHex } from "#protocol/bytes/text.ts";
import { verifyLedgerBundle } from "#protocol/checkpoint/ledger-bundle.ts";
import { isActiveAt } from "#protocol/checkpoint/ledger-state.ts";
import type { TrustAnchor } from "#protocol/comet/trust-anchor.ts";
import { MAX_CLOCK_DRIFT_NS, TRUSTING_PERIOD_NS } from "#protocol/comet/verify-step.ts";
import { checkpointHashOf, epochSlotKeyOf, verifyNote } from "#protocol/log/head.ts";
import { verifyEntry } from "#protocol/prefix-map/map-proof.ts";
import { unwrap } from "#protocol/result.ts";
import { auditEpoch, ledgerBundle } from "#protocol/wire/audit.ts";
import { getBlocks, putBlocks } from "#protocol/wire/blocks.ts";
import { encodeServerEvent } from "#protocol/wire/event.ts";
import { createWorld } from "#server/testing/world.ts";
import type { ProductOptions } from "./options.ts";
import { type Product, startProduct } from "./product.ts";
import { StartFailed } from "./start-failed.ts";
import { call, createHttpDoor, signIn } from "./testing/http-client.ts";

const suite = await createProductSuite();
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-product-"));
  folders.push(folder);
  return folder;
}

function optionsFor(dataDir: string, apiPort = 0): ProductOptions {
  return {
    server: {
      dataDir,
      host: "127.0.0.1",
      port: apiPort,
      databaseUrl: null,
      bootstrapToken: null,
      // Tests seal by hand.
      epochLengthMs: 3_600_000,
    },
    appOrigin: null,
    appPort: null,
    idleEpochMs: 3_600_000,
    heartbeatMs: 1000,
    logLevel: "silent",
    metricsToken: "metrics please",
  };
}

async function start(options: ProductOptions): Promise<Product> {
  const product = await startProduct({ options, version: "test", outDir: "out" });
  onTestFinished(() => product.close());
  return product;
}

/** What a browser does first: the bundle, verified from the anchor in deployment.json. */
async function readLedger({ apiOrigin, deploymentFile }: Product) {
  const { ledger } = JSON.parse(readFileSync(deploymentFile, "utf8"));
  const anchor: TrustAnchor = {
    chainId: ledger.chainId,
    height: BigInt(ledger.height),
    headerHash: Buffer.from(ledger.headerHash, "hex"),
    deploymentId: Buffer.from(ledger.deploymentId, "hex"),
  };
  const request = { trustedHeight: Number(anchor.height), fromEpoch: 0, toEpoch: null };
  const reply = await call(apiOrigin, ledgerBundle, request);
  if (reply.kind !== "bundle") throw new Error(reply.kind);
  const { deployment } = unwrap(
    verifyLedgerBundle({
      suite,
      trusted: { kind: "anchor", anchor },
      deployment: anchor.deploymentId,
      bundle: reply.body.bytes,
      nowNs: BigInt(Date.now()) * 1_000_000n,
      trustingPeriodNs: TRUSTING_PERIOD_NS,
      maxClockDriftNs: MAX_CLOCK_DRIFT_NS,
    }),
  );
  if (!deployment) throw new Error("the ledger does not know the deployment");
  return deployment;
}

/** An organization with a workspace, founded over HTTP by somebody who verified the ledger. */
async function found(product: Product, name: string) {
  const { registry, epochs } = await readLedger(product);
  const newest = epochs.at(-1);
  const deployment = product.anchor.deploymentId;
  const world = await createWorld({
    suite,
    door: createHttpDoor(product.apiOrigin),
    instanceKeys: registry.map(({ key }) => key),
    deployment,
    name,
    sealed: { epoch: newest?.epochRecord.epoch ?? -1, hash: newest?.hash ?? new Uint8Array(32) },
  });
  const place = await world.createWorkspace(world.alice);
  const token = await signIn(suite, product.apiOrigin, deployment, world.organization, world.alice);
  return { world, place, token };
}

describe("the product, over HTTP", () => {
  it("takes records, seals them, and proves the seal from the anchor's raw bytes", async () => {
    const product = await start(optionsFor(newFolder()));
    const { world, place, token } = await found(product, "sealed");
    await world.write(world.alice, place, { manifest: world.manifest("root"), text: "ciphertext" });
    const sealed = await product.sealNow();
    expect(sealed.type).toBe("anchored");

    const { state, registry, epochs } = await readLedger(product);
    const epoch = state.epochs - 1;
    const record = epochs.at(-1)?.epochRecord;
    expect(record?.epoch).toBe(epoch);
    for (const log of [world.organization, place.log]) {
      const reply = await call(
        product.apiOrigin,
        auditEpoch,
        { log, epoch, fromSizes: [1], keys: [] },
        token,
      );
      if (reply.kind !== "audited" || !record) throw new Error(reply.kind);
      const note = unwrap(
        verifyNote(
          suite,
          reply.body.note,
          registry.map(({ key }) => key),
        ),
      );
      const slot = {
        root: record.root,
        key: epochSlotKeyOf(suite, log),
        valueHash: checkpointHashOf(suite, note.body),
        proof: reply.body.slotProof,
      };
      expect(verifyEntry(suite.sha256, slot).ok).toBe(true);
      const other = { ...slot, key: epochSlotKeyOf(suite, new Uint8Array(32)) };
      expect(verifyEntry(suite.sha256, other).ok).toBe(false);
    }
  });

  it("keeps blocks, and tells of changes those who may know", async () => {
    const product = await start(optionsFor(newFolder()));
    const { world, place, token } = await found(product, "blocks");
    const blocks = [new Uint8Array(70_000).fill(1), new Uint8Array(10).fill(2)];
    const stored = await call(product.apiOrigin, putBlocks, { blocks }, token);
    if (stored.kind !== "stored") throw new Error(stored.kind);
    const got = await call(product.apiOrigin, getBlocks, { ids: stored.body.ids }, token);
    expect(got).toEqual({ kind: "blocks", body: { blocks } });
    expect((await call(product.apiOrigin, putBlocks, { blocks })).kind).toBe("failed");

    const events = await fetch(`${product.apiOrigin}/v1/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${toBase64Url(token)}` },
    });
    const reader = events.body?.getReader();
    const opening = await reader?.read();
    expect(new TextDecoder().decode(opening?.value)).toMatch(/^id: [0-9a-f]+\.[0-9]+\n\n$/);
    const appended = await world.write(world.alice, place, { manifest: world.manifest("a"), text: "x" });
    const size = appended.verified.head.size;
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toContain(
      `data: ${encodeServerEvent({ type: "grown", log: place.log, size })}\n\n`,
    );
    await product.sealNow();
    let heard = "";
    while (!heard.includes("data: sealed")) heard += new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();

    const metrics = await fetch(`${product.apiOrigin}/metrics`, {
      headers: { authorization: "Bearer metrics please" },
    });
    expect(await metrics.text()).toMatch(/holdfast_blocks_stored_total 2\n/);
    expect((await fetch(`${product.apiOrigin}/metrics`)).status).toBe(404);
    expect((await fetch(`${product.apiOrigin}/ledger/status`)).status).toBe(200);
    expect((await fetch(`${product.apiOrigin}/ledger/broadcast_tx_sync`, { method: "POST" })).status).toBe(
      501,
    );
    expect((await fetch(`${product.apiOrigin}/health`)).status).toBe(200);
  });

  it("goes on where it was, on another port, and keeps what an operator wrote", async () => {
    const dataDir = newFolder();
    const first = await startProduct({ options: optionsFor(dataDir), version: "test", outDir: "out" });
    const { world } = await found(first, "restart");
    await first.sealNow();
    const before = await readLedger(first);
    await first.close();

    const second = await startProduct({ options: optionsFor(dataDir), version: "test", outDir: "out" });
    expect(second.anchor).toEqual(first.anchor);
    expect(JSON.parse(readFileSync(second.deploymentFile, "utf8")).api).toBe(second.apiOrigin);
    await signIn(suite, second.apiOrigin, second.anchor.deploymentId, world.organization, world.alice);
    await second.sealNow();
    const after = await readLedger(second);
    expect(after.epochs.slice(0, before.epochs.length).map(({ hash }) => toHex(hash))).toEqual(
      before.epochs.map(({ hash }) => toHex(hash)),
    );
    await second.close();

    const edited = JSON.parse(readFileSync(first.deploymentFile, "utf8"));
    const ownText = JSON.stringify({ ...edited, api: "https://api.example.org" });
    writeFileSync(first.deploymentFile, ownText);
    const lines: string[] = [];
    const say = (line: string) => lines.push(line);
    const third = await startProduct({ options: optionsFor(dataDir), version: "test", outDir: "out", say });
    await third.close();
    expect(readFileSync(first.deploymentFile, "utf8")).toBe(ownText);
    expect(lines.join()).toContain("https://api.example.org");

    writeFileSync(first.deploymentFile, ownText.replace(/"deploymentId":"../, '"deploymentId":"00'));
    await expect(
      startProduct({ options: optionsFor(dataDir), version: "test", outDir: "out" }),
    ).rejects.toThrow("belongs to another deployment");
  });

  it("tells the ledger when the length of epochs was changed", async () => {
    const dataDir = newFolder();
    const options = optionsFor(dataDir);
    const first = await startProduct({ options, version: "test", outDir: "out" });
    expect((await readLedger(first)).policy.epochLengthMs).toBe(3_600_000);
    await first.close();
    const changed = { ...options, server: { ...options.server, epochLengthMs: 60_000 } };
    const second = await start(changed);
    expect((await readLedger(second)).policy).toEqual({
      threshold: 1,
      epochLengthMs: 60_000,
      idleEpochLengthMs: 3_600_000,
    });
  });

  it("serves the app on an origin of its own, the only one that may call the API", async () => {
    const outDir = newFolder();
    for (const page of ["index.html", "404.html"]) writeFileSync(path.join(outDir, page), "<!doctype html>");
    const options = { ...optionsFor(newFolder()), appPort: 0 };
    const product = await startProduct({ options, version: "test", outDir });
    onTestFinished(() => product.close());
    const { appOrigin, apiOrigin } = product;
    const deployment = await (await fetch(`${String(appOrigin)}/deployment.json`)).json();
    expect(deployment).toMatchObject({ version: 1, api: apiOrigin, instances: [apiOrigin] });
    // Its anchor is renewed while the host runs.
    const renewed = { ...deployment, ledger: { ...deployment.ledger, height: "7" } };
    writeFileSync(product.deploymentFile, JSON.stringify(renewed));
    expect(await (await fetch(`${String(appOrigin)}/deployment.json`)).json()).toEqual(renewed);
    writeFileSync(product.deploymentFile, "{");
    expect(await (await fetch(`${String(appOrigin)}/deployment.json`)).json()).toEqual(renewed);
    const preflight = (origin: string) =>
      fetch(`${apiOrigin}/v1/append`, { method: "OPTIONS", headers: { origin } });
    const allowed = await preflight(String(appOrigin));
    expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([204, appOrigin]);
    expect((await preflight("https://elsewhere.example")).status).toBe(403);
    const taken = { ...optionsFor(newFolder()), appPort: Number(new URL(String(appOrigin)).port) };
    await expect(startProduct({ options: taken, version: "test", outDir })).rejects.toThrow(
      "HOLDFAST_APP_PORT",
    );
  });

  it("registers a new instance key when the old one's memory was lost", async () => {
    const dataDir = newFolder();
    const first = await startProduct({ options: optionsFor(dataDir), version: "test", outDir: "out" });
    await found(first, "before");
    await first.sealNow();
    await first.close();
    rmSync(path.join(dataDir, "instance"));
    const second = await start(optionsFor(dataDir));
    const { registry, state } = await readLedger(second);
    expect(registry.map(({ retiredAt }) => retiredAt === null)).toEqual([false, true]);
    // The lost key may have stamped leaves of the epoch that was open while one was still to be anchored.
    const [lost, successor] = registry;
    expect(lost && successor && isActiveAt(lost, successor.fromEpoch + 1)).toBe(true);
    const { world, place } = await found(second, "after");
    await world.write(world.alice, place, { manifest: world.manifest("a"), text: "x" });
    expect((await second.sealNow()).type).toBe("anchored");
    expect((await second.sealNow()).type).toBe("anchored");
    expect((await readLedger(second)).state.epochs).toBeGreaterThanOrEqual(state.epochs + 2);
  });

  it("says what is in the way: a second start, a port in use", async () => {
    const dataDir = newFolder();
    const product = await start(optionsFor(dataDir));
    const again = startProduct({ options: optionsFor(dataDir), version: "test", outDir: "out" });
    await expect(again).rejects.toThrow("Another Holdfast server is using the data folder");
    await expect(again).rejects.toBeInstanceOf(StartFailed);
    const taken = optionsFor(newFolder(), product.apiPort);
    await expect(startProduct({ options: taken, version: "test", outDir: "out" })).rejects.toThrow(
      `Port ${product.apiPort} is in use`,
    );
  });
});
