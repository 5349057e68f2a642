import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { FileVersion } from "#client/engine.ts";
import { Button } from "../kit/button.tsx";
import { useByteSize } from "../kit/byte-size.ts";
import { Skeleton } from "../kit/empty-state.tsx";

/** A file that was saved every minute has thousands. */
const VERSIONS_PER_PAGE = 50;

export function VersionList(props: {
  readonly versions: readonly FileVersion[] | undefined;
  /** Undefined where writing is not allowed. */
  readonly onRestore: ((version: number) => void) | undefined;
}) {
  const t = useTranslations("files.details");
  const format = useFormatter();
  const formatSize = useByteSize();
  const [limit, setLimit] = useState(VERSIONS_PER_PAGE);
  if (props.versions === undefined) return <Skeleton className="h-10 w-full" />;
  return (
    <>
      <ol className="flex flex-col divide-y divide-line">
        {props.versions.slice(0, limit).map((version) => (
          <li key={version.version} className="flex items-center gap-3 py-3">
            <div className="min-w-0 grow">
              <p className="text-sm font-medium">
                {t("version", { number: version.version })}
                {version.isCurrent && (
                  <span className="ml-2 rounded-full bg-accent-soft px-2 py-0.5 text-xs font-medium text-accent">
                    {t("current")}
                  </span>
                )}
              </p>
              <p className="text-xs text-muted">
                {t("byOn", {
                  name: version.author,
                  date: format.dateTime(version.at, { dateStyle: "medium", timeStyle: "short" }),
                })}{" "}
                · {formatSize(version.sizeBytes)}
              </p>
            </div>
            {!version.isCurrent && props.onRestore !== undefined && (
              <Button onPress={() => props.onRestore?.(version.version)}>{t("restore")}</Button>
            )}
          </li>
        ))}
      </ol>
      {props.versions.length > limit && (
        <Button variant="quiet" onPress={() => setLimit(limit + VERSIONS_PER_PAGE)}>
          {t("older")}
        </Button>
      )}
      {props.versions.length <= 1 && <p className="pt-3 text-sm text-muted">{t("noVersions")}</p>}
    </>
  );
}
