import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useState } from "react";
import type { DeviceEngine } from "#client/engine.ts";
import { invalidateFor } from "./bindings/invalidation.ts";
import { createToastQueue, type ToastQueue } from "./kit/toast-queue.ts";

interface Engine {
  readonly engine: DeviceEngine;
  readonly toasts: ToastQueue;
}

const EngineContext = createContext<Engine | undefined>(undefined);

/** Hands the device engine to the screens and keeps what they show in step with its events. */
export function EngineProvider({
  engine,
  children,
}: {
  readonly engine: DeviceEngine;
  readonly children: ReactNode;
}) {
  const [client] = useState(createQueryClient);
  const [toasts] = useState(createToastQueue);
  useEffect(() => engine.subscribe((event) => invalidateFor(client, event)), [engine, client]);
  return (
    <EngineContext value={{ engine, toasts }}>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </EngineContext>
  );
}

export function useEngine(): DeviceEngine {
  return useEngineContext().engine;
}

export function useToasts(): ToastQueue {
  return useEngineContext().toasts;
}

function useEngineContext(): Engine {
  const context = use(EngineContext);
  if (context === undefined) throw new Error("This screen needs an EngineProvider above it");
  return context;
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The engine tells when an answer is out of date, retries by itself, and works offline.
        staleTime: Number.POSITIVE_INFINITY,
        retry: false,
        networkMode: "always",
        refetchOnWindowFocus: false,
      },
    },
  });
}
