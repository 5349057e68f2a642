import { type ReactNode, useEffect } from "react";
import { I18nProvider } from "react-aria-components";
import { IntlProvider } from "use-intl";
import { en } from "../messages/en.ts";
import { fr } from "../messages/fr.ts";
import type { Translated } from "../messages/translated.ts";
import { languagePreference } from "../preferences/appearance.ts";
import { usePreference } from "../preferences/preference.ts";
import { chooseLocale, type Language } from "./languages.ts";
import type {} from "./use-intl-config.ts";

const messages: Readonly<Record<Language, typeof en>> = {
  en,
  // `fr` is checked to have exactly the keys of `en`; use-intl wants the English words as literal types
  // too, which no translation can have.
  fr: fr as Translated<typeof en> as typeof en,
};

/** Words, dates and numbers in the reader's language. Mount in the browser only: it asks the browser. */
export function LocaleProvider({ children }: { readonly children: ReactNode }) {
  const { language, locale } = chooseLocale(usePreference(languagePreference), navigator.languages);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <IntlProvider
      locale={locale}
      messages={messages[language]}
      timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
    >
      <I18nProvider locale={locale}>{children}</I18nProvider>
    </IntlProvider>
  );
}
