import { useTransfers } from "../bindings/queries.ts";
import { useEngine } from "../engine-context.tsx";
import { TransferTray } from "../files/transfer-tray.tsx";

export function TransferScreen() {
  const engine = useEngine();
  const { data: transfers } = useTransfers();
  if (transfers === undefined) return null;
  return (
    <TransferTray
      transfers={transfers}
      onPauseAll={() => void engine.pauseTransfers()}
      onResumeAll={() => void engine.resumeTransfers()}
      onCancel={(id) => void engine.cancelTransfer(id)}
      onRetry={(id) => void engine.retryTransfer(id)}
      onClearFinished={() => void engine.clearFinishedTransfers()}
    />
  );
}
