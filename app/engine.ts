import type { DeviceEngine } from "#client/engine.ts";

/** Starts the device engine of this tab. */
export async function startEngine(): Promise<DeviceEngine> {
  throw new Error("The device engine is not part of this build yet");
}
