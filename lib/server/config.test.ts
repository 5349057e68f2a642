import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_QUOTAS, parseServerConfig } from "./config.ts";
import { DEFAULT_LIMITS } from "./limits/server-limits.ts";

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
        limits: DEFAULT_LIMITS,
        quotas: NO_QUOTAS,
      },
    });
  });

  it("takes limits, and names of proxies that can be names", () => {
    const parsed = parseServerConfig({
      HOLDFAST_MAX_CONNECTIONS: "100",
      HOLDFAST_IN_FLIGHT_MIB: "256",
      HOLDFAST_TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8,fd00::/8",
    });
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        limits: {
          maxConnections: 100,
          maxBytesInFlight: 256 * 1024 * 1024,
          trustedProxies: ["127.0.0.1", "10.0.0.0/8", "fd00::/8"],
        },
      },
    });
    for (const bad of ["proxy.example", "10.0.0.0/33", "10.0.0.0/8/8", "::/129", "127.0.0.1 10.0.0.1"])
      expect(parseServerConfig({ HOLDFAST_TRUSTED_PROXIES: bad }).ok, bad).toBe(false);
    expect(parseServerConfig({ HOLDFAST_BEHIND_PROXY: "1" })).toMatchObject({
      ok: false,
      error: ["HOLDFAST_BEHIND_PROXY is replaced by HOLDFAST_TRUSTED_PROXIES, which names the proxies"],
    });
  });

  it("takes quotas, and no quota for none", () => {
    const quotas = (organization: string, device: string) =>
      parseServerConfig({
        HOLDFAST_QUOTA_MIB_PER_ORGANIZATION: organization,
        HOLDFAST_QUOTA_MIB_PER_DEVICE: device,
      });
    expect(quotas("2048", "1")).toMatchObject({
      ok: true,
      value: { quotas: { organizationBytes: 2 ** 31, deviceBytes: 2 ** 20 } },
    });
    expect(quotas("1000000000", "")).toMatchObject({
      ok: true,
      value: { quotas: { organizationBytes: 1e9 * 2 ** 20, deviceBytes: null } },
    });
    for (const bad of ["0", "-1", "1.5", "1e3", "1000000001", "10GB", " 1", "unlimited"])
      expect(quotas(bad, bad), bad).toMatchObject({
        ok: false,
        error: ["ORGANIZATION", "DEVICE"].map(
          (owner) => `HOLDFAST_QUOTA_MIB_PER_${owner} must be a whole number from 1 to 1000000000`,
        ),
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
