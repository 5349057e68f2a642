import { Link } from "react-aria-components";
import { useTranslations } from "use-intl";
import { focusRing } from "../kit/button.tsx";
import { classNames } from "../kit/class-names.ts";
import { Icon, type IconName } from "../kit/icons.tsx";
import { formatRoute } from "../router/route.ts";
import { StartLayout } from "./start-layout.tsx";

/** The ways in. Where this browser already holds keys, unlocking comes first; whose they are is encrypted, too. */
export function WelcomeView({ isLocked }: { readonly isLocked: boolean }) {
  const t = useTranslations("start");
  const tShell = useTranslations("shell");
  return (
    <StartLayout title={t("welcome.title")} intro={t("tagline")}>
      <ul className="flex flex-col gap-3">
        {isLocked && (
          <WayIn
            icon="key"
            isMain
            href={formatRoute({ name: "start", step: "unlock" })}
            title={t("welcome.unlock")}
            hint={t("welcome.unlockHint")}
          />
        )}
        <WayIn
          icon="plus"
          isMain={!isLocked}
          href={formatRoute({ name: "start", step: "create" })}
          title={t("welcome.create")}
          hint={t("welcome.createHint")}
        />
        <WayIn
          icon="invitation"
          title={t("welcome.join")}
          hint={t("welcome.joinHint")}
          note={tShell("notYet")}
        />
        <WayIn
          icon="recovery"
          title={t("welcome.recover")}
          hint={t("welcome.recoverHint")}
          note={tShell("notYet")}
        />
      </ul>
      <p className="mt-8 text-sm">
        <Link
          href="/verify/"
          className={classNames("rounded-sm text-accent underline underline-offset-4", focusRing)}
        >
          {t("welcome.checkProof")}
        </Link>
      </p>
    </StartLayout>
  );
}

function WayIn(props: {
  readonly icon: IconName;
  readonly title: string;
  readonly hint: string;
  readonly href?: string;
  readonly isMain?: boolean;
  /** Why this way is closed. */
  readonly note?: string;
}) {
  const body = (
    <>
      <span
        className={classNames(
          "flex size-10 shrink-0 items-center justify-center rounded-lg",
          props.isMain === true ? "bg-accent text-on-accent" : "bg-sunken text-muted",
        )}
      >
        <Icon name={props.icon} />
      </span>
      <span className="min-w-0 grow">
        <span className="block font-medium">{props.title}</span>
        <span className="block text-sm text-muted">{props.hint}</span>
        {props.note !== undefined && (
          <span className="mt-1 block text-xs text-muted italic">{props.note}</span>
        )}
      </span>
    </>
  );
  const box = "flex items-center gap-4 rounded-lg border p-4 text-left";
  return (
    <li>
      {props.href === undefined ? (
        <div className={classNames(box, "border-dashed border-line")}>{body}</div>
      ) : (
        <Link
          href={props.href}
          className={classNames(
            box,
            "border-line bg-surface shadow-xs transition-colors data-hovered:border-line-strong data-hovered:bg-hover",
            focusRing,
          )}
        >
          {body}
          <Icon name="chevronRight" className="size-4 shrink-0 text-muted" />
        </Link>
      )}
    </li>
  );
}
