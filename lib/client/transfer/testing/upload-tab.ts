import { RequestGate } from "../request-gate.ts";
import { SpeedWindow } from "../speed.ts";
import { Uploads } from "../upload/uploads.ts";
import type { createTransferWorld } from "./transfer-world.ts";

type World = ReturnType<typeof createTransferWorld>;

/** Different in every block and for every seed. */
export function bytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(length).fill(seed);
  for (let offset = 0; offset < length; offset += 1000) content[offset] = (offset / 1000) & 255;
  return content;
}

export function openUploads(world: World) {
  const tab = world.openTab();
  const gate = new RequestGate({
    timer: world.timer,
    random: () => 0,
    maxRequests: 3,
    onChange: () => uploads.pump(),
  });
  const uploads: Uploads = new Uploads({
    ...tab,
    gate,
    speed: new SpeedWindow(world.timer.now),
    onChange: () => undefined,
    onOver: () => undefined,
  });
  const close = () => {
    tab.close();
    uploads.stop();
    gate.stop();
  };
  return { uploads, gate, close };
}

/** Lets time pass until nothing more happens by itself. */
export async function finish(world: World, maxSteps = 200): Promise<void> {
  for (let step = 0; step < maxSteps; step++) {
    await world.settle();
    if (!world.timer.fireNext()) return;
  }
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

export function never(): never {
  throw new Error("it should be there");
}
