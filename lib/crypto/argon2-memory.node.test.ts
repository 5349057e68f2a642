import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const PAGE_KIB = 64;

/** Runs in a process of its own, because V8's cap on WebAssembly memory holds for a whole process. */
function parametersUnderMemoryCap(capKib: number): string {
  const program = `
    import { createPassphraseKey } from "#crypto/argon2.ts";
    const created = await createPassphraseKey("correct horse", new Uint8Array(16));
    process.stdout.write(created.ok ? String(created.value.parameters.memoryKib) : created.error.type);
  `;
  const args = ["--import", "tsx", `--wasm-max-mem-pages=${capKib / PAGE_KIB}`, "--input-type=module"];
  return execFileSync(process.execPath, [...args, "--eval", program], { encoding: "utf8" });
}

describe("Argon2id where memory is refused", { timeout: 60_000 }, () => {
  it("uses 128 MiB where that is granted", () => {
    expect(parametersUnderMemoryCap(256 * 1024)).toBe("131072");
  });

  it("falls back to 64 MiB and says so", () => {
    expect(parametersUnderMemoryCap(100 * 1024)).toBe("65536");
  });

  it("reports a refusal of both", () => {
    expect(parametersUnderMemoryCap(32 * 1024)).toBe("Argon2MemoryRefused");
  });
});
