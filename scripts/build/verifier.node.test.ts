import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeZip } from "client-zip";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toHex } from "#protocol/bytes/text.ts";
import { type EvidenceAnchor, encodeEvidence } from "#protocol/evidence/evidence.ts";
import { parseNote } from "#protocol/log/head.ts";
import { unwrap } from "#protocol/result.ts";
import { encodedEvidence, evidenceOf } from "#verifier/testing/evidence-world.ts";
import { createGuiltyCases, createOverdueCase } from "#verifier/testing/guilty-cases.ts";
import { buildVerifier } from "./verifier.mjs";

/** The verifier as a stranger has it: one file in an empty folder, Node, and nothing else. */
const folder = mkdtempSync(join(tmpdir(), "holdfast-verify-"));

async function run(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, ["verify.mjs", ...args], {
    cwd: folder,
    env: { NODE_ENV: "production", HOME: folder },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}

function startingWith(text: string): unknown {
  return expect.stringMatching(new RegExp(`^${text}`));
}

function put(name: string, content: Uint8Array | string): string {
  writeFileSync(join(folder, name), content);
  return name;
}

function valuesOf({ chainId, height, headerHash, deployment }: EvidenceAnchor) {
  return { chainId, height: String(height), headerHash: toHex(headerHash), deploymentId: toHex(deployment) };
}

function deploymentWith(anchor: object): string {
  return JSON.stringify({ version: 1, ledger: { engine: "devchain", ...anchor } });
}

describe("verify.mjs", () => {
  let values: ReturnType<typeof valuesOf>;
  beforeAll(async () => {
    put("verify.mjs", await buildVerifier());
    const { ledger, cases } = await createGuiltyCases();
    const [guilty] = cases;
    if (!guilty) throw new Error("there are lies");
    const evidence = await evidenceOf(ledger, guilty);
    const bytes = encodeEvidence(evidence);
    put("contradiction.cbor", bytes);
    const zip = makeZip([
      { name: "README.txt", input: "read me" },
      { name: "evidence.cbor", input: new Uint8Array(bytes) },
    ]);
    put("proof.zip", new Uint8Array(await new Response(zip).arrayBuffer()));
    const { claim } = evidence;
    if (claim.kind !== "contradiction" || claim.body.divergence.kind !== "prefix") {
      throw new Error("the first lie is a fork");
    }
    // The longer head twice: nothing contradicts itself.
    const longer = claim.body.b;
    const { root } = unwrap(parseNote(longer.kind === "note" ? longer.body.note : new Uint8Array(0)));
    const divergence = { kind: "prefix", body: { prefixRoot: root, path: [] } } as const;
    const consistent = { kind: "contradiction", body: { a: longer, b: longer, divergence } } as const;
    put("consistent.cbor", encodeEvidence({ ...evidence, claim: consistent }));
    put("cut.cbor", bytes.subarray(0, -1));
    const late = await createOverdueCase();
    put("overdue.cbor", await encodedEvidence(late.ledger, late.subject));
    values = valuesOf(ledger.anchor);
    put("deployment.json", deploymentWith(values));
    put("late.json", deploymentWith(valuesOf(late.ledger.anchor)));
    put("other.json", deploymentWith({ ...values, headerHash: "00".repeat(32) }));
    put("elsewhere.json", deploymentWith({ ...values, chainId: "elsewhere" }));
    const earlier = [{ height: values.height, headerHash: "00".repeat(32) }];
    put("contradicting.json", deploymentWith({ ...values, earlier }));
    put("anchors.json", JSON.stringify([{ ...values, chainId: "elsewhere" }, values]));
    ledger.close();
    late.ledger.close();
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("proves a contradiction, and says who, when and from where", async () => {
    for (const file of ["contradiction.cbor", "proof.zip"]) {
      const { code, output } = await run(file, "--anchor", "deployment.json");
      expect(output).toMatch(/^CONTRADICTION PROVEN\./);
      expect(output).toMatch(/Accused: the server instance with the key [0-9a-f]{64}/);
      expect(output).toMatch(/As of: 20\d\d-\d\d-\d\dT/);
      expect(output).toMatch(/follows from this anchor of yours/);
      expect(output).toMatch(/header hash [0-9a-f]{64}/);
      expect(output).not.toMatch(/ {2}NO /);
      expect(code).toBe(2);
    }
  });

  it("tells the other outcomes by their exit codes", async () => {
    const known = ["--anchor", "deployment.json"];
    expect(await run("consistent.cbor", ...known)).toMatchObject({
      code: 0,
      output: startingWith("CONSISTENT"),
    });
    expect(await run("cut.cbor", ...known)).toMatchObject({ code: 3, output: startingWith("NOT ENOUGH") });
    expect(await run("overdue.cbor", "--anchor", "late.json")).toMatchObject({
      code: 4,
      output: startingWith("OVERDUE"),
    });
    expect(await run()).toMatchObject({ code: 1, output: startingWith("Usage") });
    expect(await run("missing.cbor")).toMatchObject({ code: 1 });
  });

  it("says first that it is the witness's word where no anchor was compared, and accuses nobody", async () => {
    for (const file of ["contradiction.cbor", "proof.zip", "consistent.cbor", "overdue.cbor"]) {
      for (const anchor of [[], ["--anchor", "elsewhere.json"]]) {
        const { code, output } = await run(file, ...anchor);
        expect(code).toBe(5);
        expect(output).toMatch(/^THE WITNESS'S WORD\./);
        expect(output).not.toMatch(/Accused|PROVEN|OVERDUE/);
      }
    }
    const { output } = await run("contradiction.cbor", "--json");
    expect(JSON.parse(output)).not.toHaveProperty("accused");
  });

  it("compares with anchors of the reader's own, from a file or as four values, before or after the file", async () => {
    const { chainId, height, headerHash, deploymentId } = values;
    const file = "contradiction.cbor";
    for (const [code, ...anchor] of [
      [2, "deployment.json"],
      [2, "anchors.json"],
      [2, chainId, height, headerHash, deploymentId],
      [3, "other.json"],
      [3, chainId, height, "00".repeat(32), deploymentId],
      [5, "elsewhere.json"],
      [1, "contradicting.json"],
      [1, "missing.json"],
      [1, chainId, height, headerHash],
      [1, chainId, "first", headerHash, deploymentId],
    ] as const) {
      expect([anchor, await run(file, "--anchor", ...anchor)]).toMatchObject([anchor, { code }]);
      expect([anchor, await run("--anchor", ...anchor, file)]).toMatchObject([anchor, { code }]);
    }
    for (const wrong of [
      ["--anchor"],
      ["--anchor", file],
      [file, "--anchor"],
      [file, file],
      [file, "--anchors", "x"],
    ]) {
      expect(await run(...wrong)).toMatchObject({ code: 1, output: startingWith("Usage") });
    }
  });

  it("gives its verdict to programs too", async () => {
    const { output } = await run("contradiction.cbor", "--json", "--anchor", "deployment.json");
    expect(JSON.parse(output)).toMatchObject({ outcome: "contradictionProven", kind: "contradiction" });
  });

  it("can reach files and nothing else, and is the same each time it is built", async () => {
    const source = new TextDecoder().decode(await buildVerifier());
    const imports = [
      ...source.matchAll(/\bfrom "([^"]+)"|\b(?:import|require)\(|\b(fetch|WebSocket|XMLHttpRequest)\b/g),
    ];
    expect(imports.map(([, name]) => name)).toEqual(["node:fs/promises"]);
    expect(await buildVerifier()).toEqual(await buildVerifier());
  });
});
