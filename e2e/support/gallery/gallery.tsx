import { createRoot } from "react-dom/client";
import { useTranslations } from "use-intl";
import { LocaleProvider } from "#ui/i18n/locale-provider.tsx";
import { applyTheme, languagePreference } from "#ui/preferences/appearance.ts";
import { Product } from "#ui/product.tsx";
import { StartLayout } from "#ui/start/start-layout.tsx";
import { VerifyView } from "#ui/verify/verify-view.tsx";
import { createGalleryEngine } from "./gallery-engine.ts";
import { verdicts } from "./verdicts.ts";
import { worlds } from "./worlds.ts";

/** `?world=red&theme=dark&lang=fr#/trust` shows one screen of one world. */
const query = new URLSearchParams(location.search);
const lang = query.get("lang");
languagePreference.set(lang === "fr" ? "fr" : "en");
applyTheme(query.get("theme") === "dark" ? "dark" : "light");
const name = query.get("world");
const world = Object.entries(worlds).find(([key]) => key === name)?.[1] ?? worlds.calm;
const engine = createGalleryEngine(world);
const startEngine = () => Promise.resolve(engine);

/** As the page that checks proof files, with a verdict that is known beforehand. */
function Verdict({ name }: { readonly name: string }) {
  const t = useTranslations("verify");
  return (
    <StartLayout title={t("title")} intro={t("intro")} width="wide">
      <VerifyView
        outcome={verdicts.get(name)}
        fileName={verdicts.has(name) ? "proof-contradiction-5f0a91c2.zip" : undefined}
        onFile={() => undefined}
        onReset={() => undefined}
      />
    </StartLayout>
  );
}

const root = document.querySelector("#root");
if (root !== null) {
  createRoot(root).render(
    name?.startsWith("verify") === true ? (
      <LocaleProvider>
        <Verdict name={name} />
      </LocaleProvider>
    ) : (
      <Product version="0.1.0" startEngine={startEngine} />
    ),
  );
}
