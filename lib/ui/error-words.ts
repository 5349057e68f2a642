import { useTranslations } from "use-intl";
import type { EngineError } from "#client/engine.ts";
import { visibleName } from "./bindings/visible-names.ts";
import { useClockWords } from "./clock-words.ts";
import { useByteSize } from "./kit/byte-size.ts";

/** Turns what went wrong into a sentence in the reader's language. */
export function useErrorWords(): (error: EngineError) => string {
  const t = useTranslations("errors");
  const formatSize = useByteSize();
  const clockWords = useClockWords();
  return (error) => {
    switch (error.type) {
      case "NameInvalid":
        return t(`NameInvalid.${error.reason}`);
      case "StorageFull":
        return error.where === "quota" ? t(`StorageFull.quota.${error.of}`) : t(`StorageFull.${error.where}`);
      case "TooLarge":
        return t("TooLarge", { limit: formatSize(error.maxBytes) });
      case "RequestTooLarge":
      case "RequestLost":
        return t(error.type, { size: formatSize(error.sizeBytes) });
      case "RequestRefused":
        return t("RequestRefused", { status: String(error.status) });
      case "ClockOff":
        return clockWords(error);
      case "LedgerNotTrusted":
        return t(error.detail === "LedgerEpochsShrank" ? "LedgerNotTrusted.older" : "LedgerNotTrusted.other");
      case "FolderInTrash":
        return error.name === ""
          ? t("FolderInTrash.unnamed")
          : t("FolderInTrash.named", { name: visibleName(error.name) });
      case "StorageOfOtherVersion":
        return t(`StorageOfOtherVersion.${error.writtenBy}`);
      case "FolderFull":
        return t(error.type, { count: error.maxEntries });
      case "TooDeep":
        return t(error.type, { count: error.maxDepth });
      // Their details are for developers.
      case "ServerRefused":
      case "NotConfigured":
      case "StorageCorrupt":
      case "Unexpected":
      case "WrongPassphrase":
      case "DeviceLocked":
      case "WrongWord":
      case "AlreadyConfirmed":
      case "OrganizationExists":
      case "BootstrapTokenRequired":
      case "BootstrapTokenWrong":
      case "ServerUnreachable":
      case "ForeignAnswer":
      case "ServerAnswerInvalid":
      case "LedgerUnavailable":
      case "WritesPaused":
      case "NotAllowed":
      case "NotFound":
      case "NameTaken":
      case "MoveIntoItself":
      case "SourceChanged":
      case "SourceNotPermitted":
      case "SourceGone":
      case "UploadInterrupted":
      case "SourceUnreadable":
      case "SourceLinked":
      case "SourceUnnameable":
      case "SourceTooDeep":
      case "BlockUnavailable":
      case "Cancelled":
        return t(error.type);
    }
  };
}
