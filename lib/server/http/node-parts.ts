import { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Context } from "hono";

/** Node's own side of a request; undefined where an app is called without a server. */
export function outgoingOf(context: Context): ServerResponse | undefined {
  const outgoing: unknown = partsOf(context)["outgoing"];
  return outgoing instanceof ServerResponse ? outgoing : undefined;
}

export function socketOf(context: Context): Socket | undefined {
  const incoming: unknown = partsOf(context)["incoming"];
  return incoming instanceof IncomingMessage ? incoming.socket : undefined;
}

function partsOf(context: Context): Readonly<Record<string, unknown>> {
  const parts: unknown = context.env;
  return typeof parts === "object" && parts !== null ? { ...parts } : {};
}
