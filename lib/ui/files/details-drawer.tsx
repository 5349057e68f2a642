import { useFormatter, useTranslations } from "use-intl";
import type { Entry, FileVersion } from "#client/engine.ts";
import { useByteSize } from "../kit/byte-size.ts";
import { Drawer } from "../kit/drawer.tsx";
import { FactList } from "../kit/fact-list.tsx";
import { Tabs } from "../kit/tabs.tsx";
import { EntryIcon } from "./entry-icon.tsx";
import { GoneNotice } from "./gone.tsx";
import { VersionList } from "./version-list.tsx";

export interface DetailsDrawerProps {
  readonly entry: Entry;
  /** It has left its folder since the drawer was opened. */
  readonly isGone: boolean;
  /** Names from the workspace down to the folder that holds the entry. */
  readonly location: readonly string[];
  /** Undefined while loading. */
  readonly versions: readonly FileVersion[] | undefined;
  readonly onRestore: ((version: number) => void) | undefined;
  readonly onClose: () => void;
}

export function DetailsDrawer(props: DetailsDrawerProps) {
  const t = useTranslations("files.details");
  const facts = <Facts entry={props.entry} location={props.location} />;
  return (
    <Drawer title={props.entry.name} isOpen onClose={props.onClose}>
      {props.isGone && (
        <div className="pb-4">
          <GoneNotice gone={[props.entry]} />
        </div>
      )}
      <div className="mb-4 flex justify-center rounded-lg bg-canvas py-8">
        <EntryIcon entry={props.entry} size="large" />
      </div>
      {props.entry.kind === "folder" ? (
        facts
      ) : (
        <Tabs
          label={t("title")}
          items={[
            { id: "details", label: t("tabs.details"), content: facts },
            {
              id: "versions",
              label: t("tabs.versions"),
              content: <VersionList versions={props.versions} onRestore={props.onRestore} />,
            },
          ]}
        />
      )}
    </Drawer>
  );
}

function Facts({ entry, location }: Pick<DetailsDrawerProps, "entry" | "location">) {
  const t = useTranslations("files");
  const format = useFormatter();
  const formatSize = useByteSize();
  return (
    <FactList
      facts={[
        { name: t("details.kind"), value: t(`kind.${entry.kind}`) },
        ...(entry.kind === "file" ? [{ name: t("details.size"), value: formatSize(entry.sizeBytes) }] : []),
        { name: t("details.location"), value: location.join(" / ") },
        {
          name: t("details.modified"),
          value: format.dateTime(entry.modifiedAt, { dateStyle: "long", timeStyle: "short" }),
        },
        { name: t("details.state"), value: t(`details.states.${entry.state}`) },
      ]}
    />
  );
}
