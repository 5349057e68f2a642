import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { isLanguage, type Language, languageNames } from "../i18n/languages.ts";
import { SegmentedControl } from "../kit/segmented-control.tsx";
import { applyTheme, languagePreference, type Theme, themePreference } from "../preferences/appearance.ts";
import { usePreference } from "../preferences/preference.ts";

export function AppearanceSettings() {
  const t = useTranslations("settings.appearance");
  const theme = usePreference(themePreference) ?? "system";
  const language = usePreference(languagePreference) ?? currentLanguage();
  return (
    <div className="flex flex-col gap-4">
      <Line name={t("theme")}>
        <SegmentedControl<Theme | "system">
          label={t("theme")}
          value={theme}
          segments={themes.map((value) => ({ value, label: t(`themes.${value}`) }))}
          onChange={(value) => {
            const chosen = value === "system" ? undefined : value;
            themePreference.set(chosen);
            applyTheme(chosen);
          }}
        />
      </Line>
      <Line name={t("language")}>
        <SegmentedControl<Language>
          label={t("language")}
          value={language}
          segments={languages.map((value) => ({ value, label: languageNames[value] }))}
          onChange={languagePreference.set}
        />
      </Line>
    </div>
  );
}

function Line(props: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <span className="text-sm">{props.name}</span>
      {props.children}
    </div>
  );
}

/** What is shown now, where the browser's own languages decide. */
function currentLanguage(): Language {
  const shown = document.documentElement.lang;
  return isLanguage(shown) ? shown : "en";
}

const themes = ["system", "light", "dark"] as const;
const languages: readonly Language[] = ["en", "fr"];
