import { useTranslations } from "use-intl";

/** Logs that are no workspace have no name of a person's choosing: they hold keys, devices and own settings. */
export function useLogName(): (name: string) => string {
  const t = useTranslations("trust.period");
  return (name) => (name === "" ? t("account") : name);
}
