import { type ReactNode, useEffect, useState } from "react";
import { I18nProvider } from "react-aria-components";
import { IntlProvider } from "use-intl";
import { loadMessages, type Messages } from "../messages/catalogue.ts";
import { en } from "../messages/en.ts";
import { languagePreference } from "../preferences/appearance.ts";
import { usePreference } from "../preferences/preference.ts";
import { BusyPage } from "../shell/busy-page.tsx";
import { chooseLocale } from "./languages.ts";
import type {} from "./use-intl-config.ts";

interface Spoken {
  readonly locale: string;
  readonly messages: Messages;
}

/** Words, dates and numbers in the reader's language. Mount in the browser only: it asks the browser. */
export function LocaleProvider({ children }: { readonly children: ReactNode }) {
  const { language, locale } = chooseLocale(usePreference(languagePreference), navigator.languages);
  const [spoken, setSpoken] = useState<Spoken | undefined>(
    language === "en" ? { locale, messages: en } : undefined,
  );
  useEffect(() => {
    let isCurrent = true;
    const speak = (messages: Messages) => {
      if (!isCurrent) return;
      document.documentElement.lang = language;
      setSpoken({ locale, messages });
    };
    // Without its words a language falls back to English, which is always there.
    loadMessages(language).then(speak, () => speak(en));
    return () => {
      isCurrent = false;
    };
  }, [language, locale]);
  if (!spoken) return <BusyPage />;
  return (
    <IntlProvider
      locale={spoken.locale}
      messages={spoken.messages}
      timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
    >
      <I18nProvider locale={spoken.locale}>{children}</I18nProvider>
    </IntlProvider>
  );
}
