import type { ReactNode } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { AnchorInfo, DeviceState } from "#client/engine.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { CopyValue } from "../kit/copy-value.tsx";
import { FactList } from "../kit/fact-list.tsx";
import { AppearanceSettings } from "./appearance-settings.tsx";
import { BrowserCheck } from "./browser-check.tsx";

export interface SettingsViewProps {
  /** Undefined before a device is unlocked: appearance and the version can be seen all the same. */
  readonly device: DeviceState | undefined;
  readonly anchor: AnchorInfo | undefined;
  readonly version: string;
  readonly onLock: () => void;
}

export function SettingsView(props: SettingsViewProps) {
  const t = useTranslations("settings");
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <div className="mx-auto flex max-w-2xl flex-col gap-9 px-5 py-6 md:py-8">
        <h1 className="text-xl font-semibold tracking-tight">{t("title")}</h1>
        {props.device !== undefined && <DeviceSettings device={props.device} onLock={props.onLock} />}
        <Part title={t("appearance.title")}>
          <AppearanceSettings />
        </Part>
        {props.anchor !== undefined && <LedgerSettings anchor={props.anchor} />}
        <Part title={t("about.title")}>
          <FactList facts={[{ name: t("about.version"), value: props.version }]} />
          <BrowserCheck />
        </Part>
      </div>
    </div>
  );
}

function DeviceSettings({ device, onLock }: { readonly device: DeviceState; readonly onLock: () => void }) {
  const t = useTranslations("settings.device");
  return (
    <Part title={t("title")}>
      <FactList
        facts={[
          { name: t("name"), value: device.deviceLabel },
          { name: t("person"), value: device.userName },
          { name: t("organization"), value: device.organizationName },
          { name: t("storage"), value: device.isStoragePersisted ? t("persistent") : t("notPersistent") },
        ]}
      />
      <div>
        <Button icon="key" onPress={onLock}>
          {t("lock")}
        </Button>
      </div>
    </Part>
  );
}

function LedgerSettings({ anchor }: { readonly anchor: AnchorInfo }) {
  const t = useTranslations("settings.ledger");
  const format = useFormatter();
  return (
    <Part title={t("title")}>
      <p className="text-sm text-muted">{t("intro")}</p>
      {anchor.engine === "devchain" && <Banner tone="info">{t("devchainWarning")}</Banner>}
      <FactList
        facts={[
          { name: t("engine"), value: t(`engines.${anchor.engine}`) },
          { name: t("chainId"), value: anchor.chainId },
          { name: t("height"), value: anchor.height },
          ...(anchor.newestHeight === null || anchor.newestTime === null
            ? []
            : [
                {
                  name: t("newest"),
                  value: `${anchor.newestHeight} · ${format.dateTime(anchor.newestTime, { dateStyle: "medium", timeStyle: "short" })}`,
                },
              ]),
        ]}
      />
      <CopyValue name={t("headerHash")} value={anchor.headerHash} />
      <CopyValue name={t("deploymentId")} value={anchor.deploymentId} />
    </Part>
  );
}

function Part(props: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={props.title} className="flex flex-col gap-4">
      <h2 className="border-b border-line pb-2 text-base font-semibold">{props.title}</h2>
      {props.children}
    </section>
  );
}
