import { describe, expect, it } from "vitest";
import { createLogger, shortHex } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import { createMetricsRoute } from "./metrics-route.ts";

describe("logger", () => {
  const logged = (log: (logger: ReturnType<typeof createLogger>) => void): string => {
    let text = "";
    log(createLogger("debug", { write: (line) => (text += line) }));
    return text;
  };

  it("writes one object a line, without the machine's or the process's name", () => {
    const text = logged((logger) => logger.info({ epoch: 3 }, "sealed"));
    expect(text.split("\n")).toHaveLength(2);
    expect(Object.keys(JSON.parse(text)).toSorted()).toEqual(["epoch", "level", "msg", "time"]);
  });

  it("never writes secrets, even when handed a whole request", () => {
    const request = {
      authorization: "Bearer s3cret",
      nested: { token: "s3cret", deep: { secretKey: "s3cret" } },
    };
    expect(logged((logger) => logger.warn({ ...request, request }, "odd"))).not.toContain("s3cret");
  });

  it("tells an error's type and place, and not what is attached to it", () => {
    const error = Object.assign(new Error("no answer"), { parameters: ["alice@example.org"] });
    const text = logged((logger) => logger.error({ error }, "failed"));
    expect(text).toContain("no answer");
    expect(text).toContain("observability.test");
    expect(text).not.toContain("alice");
  });

  it("shortens ids", () => {
    expect(shortHex(new Uint8Array(32).fill(0xab))).toBe("abababab");
  });
});

describe("metrics", () => {
  it("count what happened, and are shown to who has the token", async () => {
    const metrics = createMetrics({ openStreams: () => 2 });
    metrics.request("append", "appended", 12);
    metrics.groupCommitted(17, 4);
    metrics.blocksStored(3, 1500);
    metrics.blockDamaged();
    metrics.seal("anchored");
    metrics.sealStep("raised");
    metrics.epochs(5, 1_700_000_000_000);
    metrics.turnedAway();
    const route = createMetricsRoute(metrics, "let me in");
    const get = (authorization: string) =>
      route(new Request("http://api.invalid/metrics", { headers: { authorization } }));
    expect((await get("Bearer let me out")).status).toBe(404);
    expect((await createMetricsRoute(metrics, null)(new Request("http://api.invalid/metrics"))).status).toBe(
      404,
    );
    const text = await (await get("Bearer let me in")).text();
    for (const line of [
      'holdfast_request_duration_seconds_count{command="append",reply="appended"} 1',
      "holdfast_group_commit_records_sum 17",
      "holdfast_block_bytes_stored_total 1500",
      "holdfast_blocks_damaged_total 1",
      'holdfast_seals_total{result="anchored"} 1',
      "holdfast_requests_turned_away_total 1",
      "holdfast_open_epoch 5",
      "holdfast_last_anchored_timestamp_seconds 1700000000",
      "holdfast_event_streams 2",
    ])
      expect(text).toContain(line);
  });
});
