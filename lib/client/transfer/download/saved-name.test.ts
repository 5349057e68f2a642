import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArchivePaths, savedName } from "./saved-name.ts";

describe("names to save under", () => {
  it.each([
    ["report.pdf", "report.pdf"],
    ["..", "_"],
    ["../../etc/passwd", ".._.._etc_passwd"],
    ["C:\\boot.ini", "C__boot.ini"],
    ["/etc/passwd", "_etc_passwd"],
    ["nul", "nul_"],
    ["Con.tar.gz", "Con_.tar.gz"],
    ["LPT1 .txt", "LPT1_ .txt"],
    ["console.log", "console.log"],
    ["ends with dots...", "ends with dots_"],
    ["a\u0000b", "a_b"],
    [" ", "_"],
    ["été 🎉.txt", "été 🎉.txt"],
  ])("%j is saved as %j", (name, saved) => {
    expect(savedName(name)).toBe(saved);
  });

  it("never leave the folder, and never fall together", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 12 }), { maxLength: 12 }), (names) => {
        const paths = new ArchivePaths();
        const saved = names.map((name) => paths.pathOf("", name));
        for (const path of saved) {
          expect(path).not.toMatch(/[/\\\p{Cc}]|^\.{0,2}$|[. ]$/u);
        }
        expect(new Set(saved.map((path) => path.toLowerCase())).size).toBe(names.length);
      }),
    );
  });

  it("start again at the top where an archive could not name them any more", () => {
    const paths = new ArchivePaths();
    let folder = "";
    const sizes: number[] = [];
    for (let depth = 0; depth < 600; depth++) {
      folder = paths.pathOf(folder, `${"é".repeat(120)}${depth}`);
      sizes.push(new TextEncoder().encode(`${folder}/`).length);
    }
    expect(Math.max(...sizes)).toBeGreaterThan(60_000);
    expect(Math.max(...sizes)).toBeLessThan(2 ** 16);
    expect(sizes.filter((size) => size < 300).length).toBeGreaterThan(1);
  });

  it("are told apart within their folder only", () => {
    const paths = new ArchivePaths();
    const folder = paths.pathOf("", "Photos");
    expect(folder).toBe("Photos");
    expect(paths.pathOf("", "photos")).toBe("photos (2)");
    expect([paths.pathOf(folder, "a.jpg"), paths.pathOf(folder, "A.jpg")]).toEqual([
      "Photos/a.jpg",
      "Photos/A (2).jpg",
    ]);
    expect(paths.pathOf("photos (2)", "a.jpg")).toBe("photos (2)/a.jpg");
  });
});
