import { useTranslations } from "use-intl";
import { Dialog } from "../kit/dialog.tsx";

export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTranslations("files.shortcuts");
  return (
    <Dialog isOpen title={t("title")} onClose={onClose}>
      <dl className="flex flex-col divide-y divide-line text-sm">
        {shortcuts.map(([name, keys]) => (
          <div key={name} className="flex items-center justify-between py-2.5">
            <dt>{t(name)}</dt>
            <dd>
              <kbd className="rounded-sm border border-line bg-sunken px-2 py-0.5 font-sans text-xs">
                {keys === "space" ? t("space") : keys}
              </kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

const shortcuts = [
  ["new", "N"],
  ["open", "↵"],
  ["preview", "space"],
  ["rename", "F2"],
  ["trash", "Del"],
  ["selectAll", "Ctrl A"],
  ["close", "Esc"],
  ["help", "?"],
] as const;
