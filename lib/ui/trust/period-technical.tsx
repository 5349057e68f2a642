import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from "react-aria-components";
import { useTranslations } from "use-intl";
import type { PeriodDetails } from "#client/engine.ts";
import { focusRing } from "../kit/button.tsx";
import { classNames } from "../kit/class-names.ts";
import { CopyValue } from "../kit/copy-value.tsx";
import { Icon } from "../kit/icons.tsx";
import { useLogName } from "./log-name.ts";

export function PeriodTechnical(props: {
  readonly epoch: number;
  readonly technical: NonNullable<PeriodDetails["technical"]>;
}) {
  const t = useTranslations("trust.period");
  const logName = useLogName();
  const { technical } = props;
  return (
    <Disclosure className="group rounded-lg border border-line">
      <Heading level={3}>
        <AriaButton
          slot="trigger"
          className={classNames(
            "flex w-full cursor-default items-center gap-2 rounded-lg px-4 py-3 text-left text-sm font-semibold",
            focusRing,
          )}
        >
          <Icon name="chevronRight" className="size-4 transition-transform group-data-expanded:rotate-90" />
          {t("technical")}
        </AriaButton>
      </Heading>
      <DisclosurePanel className="px-4">
        <div className="flex flex-col gap-4 pb-4">
          <p className="text-xs text-muted">{t("technicalHint")}</p>
          <CopyValue name={t("epoch")} value={String(props.epoch)} />
          <CopyValue name={t("epochRecordHash")} value={technical.epochRecordHash} />
          <CopyValue name={t("epochRoot")} value={technical.epochRoot} />
          <CopyValue name={t("ledgerHeight")} value={technical.ledgerHeight} />
          <CopyValue name={t("ledgerHeaderHash")} value={technical.ledgerHeaderHash} />
          {technical.logs.map((log) => (
            <div key={log.log} className="flex flex-col gap-3 border-t border-line pt-3">
              <h4 className="text-sm font-medium">{t("log", { name: logName(log.name) })}</h4>
              <CopyValue name={t("checkpointSize")} value={String(log.checkpointSize)} />
              <CopyValue name={t("checkpointRoot")} value={log.checkpointRoot} />
            </div>
          ))}
        </div>
      </DisclosurePanel>
    </Disclosure>
  );
}
