import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { BrandMark } from "../kit/brand.tsx";

/** The quiet frame of everything before the first folder: one column, one thing to do. */
export function StartLayout(props: {
  readonly title: string;
  readonly intro?: string;
  readonly children: ReactNode;
  readonly back?: ReactNode;
  readonly width?: "narrow" | "wide";
}) {
  const t = useTranslations("common");
  return (
    <div className="flex min-h-dvh flex-col items-center px-5 py-10 sm:justify-center print:block print:p-0">
      <main className={`w-full ${props.width === "wide" ? "max-w-2xl" : "max-w-md"}`}>
        <div className="mb-8 flex items-center gap-2.5 print:mb-4">
          <BrandMark />
          <span className="text-base font-semibold tracking-tight">{t("productName")}</span>
        </div>
        <h1 className="text-2xl font-semibold tracking-tight text-balance">{props.title}</h1>
        {props.intro !== undefined && <p className="mt-3 text-muted text-pretty">{props.intro}</p>}
        <div className="mt-8">{props.children}</div>
        {props.back !== undefined && <div className="mt-6 print:hidden">{props.back}</div>}
      </main>
    </div>
  );
}
