import { useState } from "react";
import { useTranslations } from "use-intl";
import type { DeviceState, EngineError, TrustSummary } from "#client/engine.ts";
import { useProofFiles, useTrust, useWorkspaces } from "../bindings/queries.ts";
import { useTask } from "../bindings/task.ts";
import { useEngine, useToasts } from "../engine-context.tsx";
import { useErrorWords } from "../error-words.ts";
import { NameDialog } from "../files/name-dialog.tsx";
import { Banner } from "../kit/banner.tsx";
import { LinkButton } from "../kit/button.tsx";
import type { StatusSummary } from "../kit/status-line.tsx";
import { ToastRegion } from "../kit/toast-region.tsx";
import { formatRoute, type Route } from "../router/route.ts";
import { navigate } from "../router/use-route.ts";
import { ContradictionAlert } from "../trust/contradiction-alert.tsx";
import { AppShell } from "./app-shell.tsx";
import { useLeavingLoss, useQuestionBeforeLeaving } from "./leaving.ts";
import { LockDialog } from "./lock-dialog.tsx";
import type { Place } from "./navigation.tsx";
import { useNotices } from "./notices.ts";
import { Place as PlaceContent } from "./place.tsx";
import { TransferScreen } from "./transfer-screen.tsx";

/** The unlocked app. */
export function AppScreen(props: {
  readonly device: DeviceState;
  readonly route: Route;
  readonly version: string;
}) {
  const { device, route } = props;
  const engine = useEngine();
  const toasts = useToasts();
  const { data: workspaces } = useWorkspaces();
  const { data: trust } = useTrust();
  const { data: proofFiles } = useProofFiles();
  const [isNaming, setNaming] = useState(false);
  const [isAskingToLock, setAskingToLock] = useState(false);
  const loss = useLeavingLoss();
  useQuestionBeforeLeaving(loss.transfers > 0 || loss.hasUnsentEdits);
  const lock = () => {
    navigate({ name: "start", step: "unlock" });
    void engine.lock();
  };
  // Changes that wait are kept and sent after the next unlock; only transfers would be lost.
  const askToLock = () => (loss.transfers > 0 ? setAskingToLock(true) : lock());
  const known = workspaces?.ok === true ? workspaces.value : [];
  const unsent = known.find(({ unsentBecause }) => unsentBecause !== null)?.unsentBecause ?? undefined;
  useNotices(known);
  return (
    <>
      <AppShell
        organizationName={device.organizationName ?? ""}
        userName={device.userName ?? ""}
        current={currentPlace(route)}
        workspaces={known}
        openWorkspaceId={route.name === "files" ? (route.workspaceId ?? known[0]?.id) : undefined}
        status={trust === undefined ? undefined : statusOf(trust, unsent !== undefined)}
        banners={<Banners device={device} unsent={unsent} />}
        onNewWorkspace={() => setNaming(true)}
        onLock={askToLock}
      >
        <PlaceContent
          route={route}
          device={device}
          version={props.version}
          workspaces={workspaces}
          onNewWorkspace={() => setNaming(true)}
          onLock={askToLock}
        />
      </AppShell>
      {isAskingToLock && (
        <LockDialog transfers={loss.transfers} onLock={lock} onClose={() => setAskingToLock(false)} />
      )}
      {isNaming && <NewWorkspace onClose={() => setNaming(false)} />}
      <ContradictionAlert
        proof={proofFiles?.find(({ accused }) => accused === "instance" || accused === "deployment")}
      />
      <div className="pointer-events-none fixed inset-x-3 bottom-18 z-30 flex flex-col items-end gap-2 md:inset-x-5 md:bottom-5">
        <ToastRegion queue={toasts} />
        <TransferScreen isAtFiles={route.name === "files"} />
      </div>
    </>
  );
}

function Banners(props: { readonly device: DeviceState; readonly unsent: EngineError | undefined }) {
  const { device, unsent } = props;
  const t = useTranslations("shell");
  const errorWords = useErrorWords();
  return (
    <>
      {device.problem !== null && (
        <Banner tone="attention" icon="warning" role="status">
          {errorWords(device.problem)}
        </Banner>
      )}
      {!device.isOnline && (
        <Banner tone="neutral" icon="offline" role="status">
          {t("offline")}
        </Banner>
      )}
      {device.isOnline && unsent !== undefined && (
        <Banner tone="attention" icon="warning" role="status">
          {t("unsent", { reason: errorWords(unsent) })}
        </Banner>
      )}
      {!device.isRecoveryKitConfirmed && (
        <Banner
          tone="info"
          icon="recovery"
          action={<LinkButton href={formatRoute({ name: "start", step: "kit" })}>{t("openKit")}</LinkButton>}
        >
          {t("kitNotKept")}
        </Banner>
      )}
    </>
  );
}

function NewWorkspace({ onClose }: { readonly onClose: () => void }) {
  const t = useTranslations("files.newWorkspace");
  const engine = useEngine();
  const task = useTask();
  return (
    <NameDialog
      {...task}
      title={t("title")}
      label={t("name")}
      submitLabel={t("submit")}
      initialName=""
      onSubmit={(name) =>
        task.run(
          () => engine.createWorkspace(name),
          (workspace) => {
            onClose();
            navigate({ name: "files", workspaceId: workspace.id, folderId: undefined });
          },
        )
      }
      onClose={onClose}
    />
  );
}

function currentPlace(route: Route): Place | undefined {
  return route.name === "start" || route.name === "notFound" ? undefined : route.name;
}

function statusOf(trust: TrustSummary, isUnsent: boolean): StatusSummary {
  return {
    state: trust.state,
    isUnsent,
    sinceMs: trust.checkedUpTo ?? undefined,
    notaries:
      trust.notariesTotal === 0 ? undefined : { agree: trust.notariesSigned, total: trust.notariesTotal },
    // This device agrees with itself: one device is nobody's teammate.
    teammates:
      trust.devicesKnown <= 1 ? undefined : { agree: trust.devicesConfirmed, total: trust.devicesKnown },
  };
}
