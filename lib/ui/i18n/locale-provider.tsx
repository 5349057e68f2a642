import { type ReactNode, useEffect } from "react";
import { I18nProvider } from "react-aria-components";
import { IntlProvider } from "use-intl";
import { messagesOf } from "../messages/catalogue.ts";
import { languagePreference } from "../preferences/appearance.ts";
import { usePreference } from "../preferences/preference.ts";
import { chooseLocale } from "./languages.ts";
import type {} from "./use-intl-config.ts";

/** Words, dates and numbers in the reader's language. Mount in the browser only: it asks the browser. */
export function LocaleProvider({ children }: { readonly children: ReactNode }) {
  const { language, locale } = chooseLocale(usePreference(languagePreference), navigator.languages);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <IntlProvider
      locale={locale}
      messages={messagesOf(language)}
      timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
    >
      <I18nProvider locale={locale}>{children}</I18nProvider>
    </IntlProvider>
  );
}
