import { describe, expect, it } from "vitest";
import { kindOfFile } from "./file-kind.ts";

describe("kindOfFile", () => {
  it("goes by the ending, then by the hint", () => {
    expect(kindOfFile("Q3.pdf", null)).toEqual({ family: "pdf", letters: "PDF" });
    expect(kindOfFile("photo.JPG", null)).toEqual({ family: "image", letters: "JPG" });
    expect(kindOfFile("no ending", "image/png")).toEqual({ family: "image", letters: undefined });
    expect(kindOfFile("archive.verylong", null)).toEqual({ family: "other", letters: undefined });
  });

  it("never shows an SVG as an image, because it may hold script", () => {
    expect(kindOfFile("logo.svg", "image/svg+xml").family).toBe("text");
    expect(kindOfFile("logo", "image/svg+xml").family).toBe("other");
  });
});
