import { useState } from "react";
import { useTranslations } from "use-intl";
import { IconButton } from "./button.tsx";

/** A raw value under its name. Hashes are shown in groups of eight, and copied without the gaps. */
export function CopyValue({ name, value }: { readonly name: string; readonly value: string }) {
  const t = useTranslations("common.actions");
  const [wasCopied, setCopied] = useState(false);
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 grow">
        <p className="text-xs text-muted">{name}</p>
        <p className="font-mono text-xs/5 [overflow-wrap:anywhere]">{groupHash(value)}</p>
      </div>
      <IconButton
        size="small"
        icon={wasCopied ? "check" : "copy"}
        label={wasCopied ? t("copied") : t("copyValue", { name })}
        onPress={() => {
          void navigator.clipboard.writeText(value).then(() => setCopied(true));
        }}
      />
    </div>
  );
}

function groupHash(value: string): string {
  return /^[0-9a-f]{32,}$/i.test(value) ? (value.match(/.{1,8}/g) ?? []).join(" ") : value;
}
