import { useTranslations } from "use-intl";
import type { Entry } from "#client/engine.ts";
import { useFolder } from "../bindings/queries.ts";
import { Banner } from "../kit/banner.tsx";

/** Of the entries that something was opened for, those that have left the folder meanwhile: another device, another tab. */
export function useGone(
  workspace: string,
  folder: string | null,
  entries: readonly Entry[],
): readonly Entry[] {
  const { data: listing } = useFolder(workspace, folder);
  if (listing?.ok !== true) return [];
  const there = new Set(listing.value.entries.map(({ id }) => id));
  return entries.filter(({ id }) => !there.has(id));
}

export function GoneNotice({ gone }: { readonly gone: readonly Entry[] }) {
  const t = useTranslations("files");
  if (gone.length === 0) return null;
  return (
    <Banner tone="attention" icon="warning" role="status">
      {t("gone", { count: gone.length, name: gone[0]?.name ?? "" })}
    </Banner>
  );
}
