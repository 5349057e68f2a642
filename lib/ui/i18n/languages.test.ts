import { describe, expect, it } from "vitest";
import { chooseLocale } from "./languages.ts";

describe("chooseLocale", () => {
  it("takes the first browser language we speak, region included", () => {
    expect(chooseLocale(undefined, ["de-DE", "fr-CH", "en"])).toEqual({ language: "fr", locale: "fr-CH" });
  });

  it("lets the setting win, and keeps the browser's region for that language", () => {
    expect(chooseLocale("en", ["fr-FR", "en-GB"])).toEqual({ language: "en", locale: "en-GB" });
    expect(chooseLocale("fr", ["en-GB"])).toEqual({ language: "fr", locale: "fr" });
  });

  it("falls back to English", () => {
    expect(chooseLocale(undefined, ["ja"])).toEqual({ language: "en", locale: "en" });
  });
});
