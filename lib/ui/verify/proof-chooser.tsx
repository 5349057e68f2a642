import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "../kit/button.tsx";
import { Icon } from "../kit/icons.tsx";

export function ProofChooser({ onFile }: { readonly onFile: (file: File) => void }) {
  const t = useTranslations("verify");
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file !== undefined) onFile(file);
      }}
      className={`flex flex-col items-center gap-4 rounded-xl border-2 border-dashed px-6 py-14 text-center transition-colors ${isOver ? "border-accent bg-accent-soft" : "border-line-strong"}`}
    >
      <Icon name="recovery" className="size-8 text-muted" />
      <p className="text-muted">{t("drop")}</p>
      <Button variant="primary" onPress={() => input.current?.click()}>
        {t("choose")}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t("choose")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) onFile(file);
          event.target.value = "";
        }}
      />
    </div>
  );
}
