import { useTranslations } from "use-intl";
import { classNames } from "../kit/class-names.ts";
import { estimateStrength, type PassphraseStrength } from "./passphrase.ts";

/** Three bars and a word; says nothing while the field is empty. */
export function StrengthMeter({ passphrase }: { readonly passphrase: string }) {
  const t = useTranslations("start.strength");
  const strength = passphrase === "" ? undefined : estimateStrength(passphrase);
  return (
    <div className="flex min-h-5 items-center gap-3" role="status" aria-label={t("label")}>
      {strength !== undefined && (
        <>
          <span className="flex gap-1" aria-hidden="true">
            {[1, 2, 3].map((bar) => (
              <span
                key={bar}
                className={classNames(
                  "h-1 w-10 rounded-full",
                  bar <= bars[strength] ? colours[strength] : "bg-line",
                )}
              />
            ))}
          </span>
          <span className="text-xs text-muted">{t(strength)}</span>
        </>
      )}
    </div>
  );
}

const bars: Readonly<Record<PassphraseStrength, number>> = { weak: 1, fair: 2, strong: 3 };
const colours: Readonly<Record<PassphraseStrength, string>> = {
  weak: "bg-suspect",
  fair: "bg-partial",
  strong: "bg-verified",
};
