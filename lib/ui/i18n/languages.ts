export type Language = "en" | "fr";

export const languageNames: Readonly<Record<Language, string>> = { en: "English", fr: "Français" };

export function isLanguage(value: string | null): value is Language {
  return value === "en" || value === "fr";
}

/** The first language of the browser that we speak, with its region, so that dates look familiar. */
export function chooseLocale(
  preferred: Language | undefined,
  browserLocales: readonly string[],
): { readonly language: Language; readonly locale: string } {
  for (const locale of browserLocales) {
    const language = locale.slice(0, 2).toLowerCase();
    if (isLanguage(language) && (preferred === undefined || preferred === language)) {
      return { language, locale };
    }
  }
  const language = preferred ?? "en";
  return { language, locale: language };
}
