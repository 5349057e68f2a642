import { useTranslations } from "use-intl";
import type { EngineError } from "#client/engine.ts";
import { useErrorWords } from "../error-words.ts";
import { Banner } from "../kit/banner.tsx";
import { Button } from "../kit/button.tsx";
import { StartLayout } from "./start-layout.tsx";

/** Storage that cannot be read, where no device seems to be: nothing is offered that would write over it. */
export function DamagedView({ problem }: { readonly problem: EngineError }) {
  const t = useTranslations("start.damaged");
  const errorWords = useErrorWords();
  return (
    <StartLayout title={t("title")}>
      <Banner tone="attention" icon="warning" role="alert">
        {errorWords(problem)}
      </Banner>
      <div className="mt-6">
        <Button variant="primary" onPress={() => location.reload()}>
          {t("reload")}
        </Button>
      </div>
    </StartLayout>
  );
}
