import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseServerConfig } from "./config.ts";

describe("server configuration", () => {
  it("has a default for everything", () => {
    expect(parseServerConfig({ HOLDFAST_DATA: "" })).toEqual({
      ok: true,
      value: {
        dataDir: "data",
        host: "127.0.0.1",
        port: 3001,
        appOrigin: "http://localhost:3000",
        databaseUrl: null,
        bootstrapToken: null,
        epochLengthMs: 60_000,
      },
    });
  });

  it("names everything that is wrong at once", () => {
    const parsed = parseServerConfig({
      HOLDFAST_API_PORT: "80a",
      HOLDFAST_APP_ORIGIN: "https://files.example.org/app",
      DATABASE_URL: "mysql://x",
      HOLDFAST_BOOTSTRAP_TOKEN: "short",
      HOLDFAST_EPOCH_MS: "1",
    });
    expect(parsed).toEqual({
      ok: false,
      error: [
        "HOLDFAST_API_PORT must be a whole number",
        "HOLDFAST_APP_ORIGIN must be an origin like https://files.example.org, without a path",
        "DATABASE_URL must start with postgres:// or postgresql://",
        "HOLDFAST_BOOTSTRAP_TOKEN must have at least 16 characters",
        "HOLDFAST_EPOCH_MS must be at least 100",
      ],
    });
  });

  it("never throws, and takes no port or epoch out of range", () => {
    const value = fc.oneof(fc.string(), fc.integer().map(String));
    fc.assert(
      fc.property(value, value, value, (port, epoch, origin) => {
        const parsed = parseServerConfig({
          HOLDFAST_API_PORT: port,
          HOLDFAST_EPOCH_MS: epoch,
          HOLDFAST_APP_ORIGIN: origin,
        });
        if (!parsed.ok) return;
        expect(parsed.value.port).toBeLessThanOrEqual(65_535);
        expect(parsed.value.epochLengthMs).toBeGreaterThanOrEqual(100);
        expect(new URL(parsed.value.appOrigin).origin).toBe(parsed.value.appOrigin);
      }),
    );
  });
});
