import { isLanguage, type Language } from "../i18n/languages.ts";
import { createPreference } from "./preference.ts";

export type Theme = "light" | "dark";

/** Undefined means "like the system". The boot script reads the same key before the first paint. */
export const themePreference = createPreference<Theme>("holdfast.theme", isTheme);

/** Undefined means "the browser's language". */
export const languagePreference = createPreference<Language>("holdfast.language", isLanguage);

/** Shows the saved theme on the document; call after each change. */
export function applyTheme(theme: Theme | undefined): void {
  if (theme === undefined) delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

function isTheme(stored: string | null): stored is Theme {
  return stored === "light" || stored === "dark";
}
