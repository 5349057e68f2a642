"use client";

import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from "react";
import { useTranslations } from "use-intl";
import type { DeviceEngine } from "#client/engine.ts";
import { useForgettingWhenLocked } from "./bindings/forget-when-locked.ts";
import { useDevice } from "./bindings/queries.ts";
import { EngineProvider } from "./engine-context.tsx";
import { LocaleProvider } from "./i18n/locale-provider.tsx";
import { LinkButton } from "./kit/button.tsx";
import { EmptyState } from "./kit/empty-state.tsx";
import { pageLayers } from "./router/layers.ts";
import { formatRoute } from "./router/route.ts";
import { useRoute } from "./router/use-route.ts";
import { SettingsView } from "./settings/settings-view.tsx";
import { BusyPage } from "./shell/busy-page.tsx";
import { CrashBoundary } from "./shell/crash-boundary.tsx";
import { RecoveryKitScreen } from "./start/recovery-kit-screen.tsx";
import { StartScreen } from "./start/start-screen.tsx";

export interface ProductProps {
  readonly version: string;
  /** Starts the device engine; called once, in the browser. */
  readonly startEngine: () => Promise<DeviceEngine>;
}

const loadAppScreen = () => import("./shell/app-screen.tsx");
/** Two thirds of the code is for after the unlocking: it comes while somebody types a passphrase. */
const AppScreen = lazy(async () => ({ default: (await loadAppScreen()).AppScreen }));

/** The whole app. Prerendered as a neutral page: language, theme and device are known in the browser only. */
export function Product(props: ProductProps) {
  useEffect(() => pageLayers().watch(), []);
  const isInBrowser = useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
  if (!isInBrowser) return <BusyPage />;
  return (
    <LocaleProvider>
      <CrashBoundary>
        <Started {...props} />
      </CrashBoundary>
    </LocaleProvider>
  );
}

type EngineState =
  | { readonly status: "starting" }
  | { readonly status: "failed"; readonly reason: string }
  | { readonly status: "ready"; readonly engine: DeviceEngine };

function Started({ version, startEngine }: ProductProps) {
  const route = useRoute();
  const state = useStarted(startEngine);
  if (state.status === "ready") {
    return (
      <EngineProvider engine={state.engine}>
        <Phases version={version} />
      </EngineProvider>
    );
  }
  // Settings would be another instance once the engine is there, and a check begun before be forgotten.
  if (state.status === "starting") return <BusyPage />;
  if (route.name === "settings") return <OpenSettings version={version} />;
  return <StartFailed reason={state.reason} />;
}

function Phases({ version }: { readonly version: string }) {
  const route = useRoute();
  const { data: device } = useDevice();
  useForgettingWhenLocked(device?.phase);
  useEffect(() => {
    // One that cannot be had is asked for again when it is needed, and missed there.
    loadAppScreen().catch(() => undefined);
  }, []);
  if (device === undefined || device.phase === "loading") return <BusyPage />;
  if (device.phase === "unlocked") {
    if (route.name === "start" && route.step === "kit" && !device.isRecoveryKitConfirmed) {
      return <RecoveryKitScreen device={device} />;
    }
    return (
      <Suspense fallback={<BusyPage />}>
        <AppScreen device={device} route={afterUnlocking(route)} version={version} />
      </Suspense>
    );
  }
  if (route.name === "settings") return <OpenSettings version={version} />;
  return <StartScreen device={device} step={route.name === "start" ? route.step : undefined} />;
}

/** The way in leads to Files once one is in. */
function afterUnlocking(route: ReturnType<typeof useRoute>): ReturnType<typeof useRoute> {
  return route.name === "start" ? { name: "files", workspaceId: undefined, folderId: undefined } : route;
}

/** Language, theme and the browser check are for everyone, also where the app cannot start. */
function OpenSettings({ version }: { readonly version: string }) {
  return (
    <main className="flex min-h-dvh flex-col">
      <SettingsView device={undefined} anchor={undefined} version={version} onLock={() => undefined} />
    </main>
  );
}

function StartFailed({ reason }: { readonly reason: string }) {
  const t = useTranslations("common.engine");
  return (
    <main className="flex min-h-dvh items-center">
      <EmptyState
        role="alert"
        icon="warning"
        title={t("failed")}
        actions={<LinkButton href={formatRoute({ name: "settings" })}>{t("settings")}</LinkButton>}
      >
        {reason}
      </EmptyState>
    </main>
  );
}

function useStarted(startEngine: () => Promise<DeviceEngine>): EngineState {
  const [state, setState] = useState<EngineState>({ status: "starting" });
  useEffect(() => {
    let isCurrent = true;
    startEngine().then(
      (engine) => {
        if (isCurrent) setState({ status: "ready", engine });
      },
      (error: unknown) => {
        if (isCurrent)
          setState({ status: "failed", reason: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [startEngine]);
  return state;
}

function neverChanges(): () => void {
  return () => undefined;
}
