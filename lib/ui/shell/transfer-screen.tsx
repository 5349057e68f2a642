import { useTransfers } from "../bindings/queries.ts";
import { useEngine } from "../engine-context.tsx";
import { TransferTray } from "../files/transfer-tray.tsx";
import { useMediaQuery } from "../kit/media-query.ts";
import { useSavedNotices } from "./saved-notices.ts";

/** Open where the files are; elsewhere it would lie over what is read there. */
export function TransferScreen({ isAtFiles }: { readonly isAtFiles: boolean }) {
  const isWide = useMediaQuery("(min-width: 48rem)");
  const engine = useEngine();
  const { data: transfers, dataUpdatedAt } = useTransfers();
  useSavedNotices(transfers);
  if (transfers === undefined) return null;
  return (
    <TransferTray
      key={String(isAtFiles && isWide)}
      isOpenAtFirst={isAtFiles && isWide}
      transfers={transfers}
      asOfMs={dataUpdatedAt}
      onPauseAll={() => void engine.pauseTransfers()}
      onResumeAll={() => void engine.resumeTransfers()}
      onCancel={(id) => void engine.cancelTransfer(id)}
      onRetry={(id) => void engine.retryTransfer(id)}
      onRestore={({ id, error }) => {
        if (error?.type !== "FolderInTrash") return;
        void engine.restoreFolder(error.workspace, error.folder).then(() => engine.retryTransfer(id));
      }}
      onClearFinished={() => void engine.clearFinishedTransfers()}
    />
  );
}
