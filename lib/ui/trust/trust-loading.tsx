import { useTranslations } from "use-intl";
import { Skeleton } from "../kit/empty-state.tsx";

export function TrustLoading() {
  const t = useTranslations("common");
  return (
    <div
      role="status"
      aria-label={t("loading")}
      className="mx-auto flex w-full max-w-5xl flex-col gap-6 px-4 py-6 md:px-8"
    >
      <Skeleton className="h-8 w-2/3" />
      <Skeleton className="h-40 w-full" />
      <Skeleton className="h-64 w-full" />
    </div>
  );
}
