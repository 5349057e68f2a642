import type { TabChannel, TabMessage } from "../session/engine-ports.ts";

const CHANNEL = "holdfast/engine";

/** Tells the device's other tabs what changed. Nothing secret goes through it. */
export function createTabChannel(): TabChannel {
  const channel = new BroadcastChannel(CHANNEL);
  return {
    post: (message) => channel.postMessage(message),
    onMessage: (listener) => {
      // Only this app's own code runs on this origin.
      const handle = ({ data }: MessageEvent<TabMessage>) => listener(data);
      channel.addEventListener("message", handle);
      return () => channel.removeEventListener("message", handle);
    },
  };
}
