import type { DeviceEngine } from "#client/engine.ts";
import { createEngine } from "#client/engine-main.ts";
import { transferPage } from "#client/transfer/page/transfer-page.ts";

/** Starts the device engine of this tab; answers once its workers do. */
export async function startEngine(): Promise<DeviceEngine> {
  const engine = createEngine({ page: transferPage });
  await engine.device();
  return engine;
}
