import type { DeviceState } from "#client/engine.ts";
import { useRecoveryKit } from "../bindings/queries.ts";
import { useTask } from "../bindings/task.ts";
import { useEngine } from "../engine-context.tsx";
import { navigate } from "../router/use-route.ts";
import { BusyPage } from "../shell/busy-page.tsx";
import { RecoveryKitView } from "./recovery-kit-view.tsx";

/** Offered before the first upload, and again from the banner until it is confirmed. */
export function RecoveryKitScreen({ device }: { readonly device: DeviceState }) {
  const engine = useEngine();
  const task = useTask();
  const { data: kit } = useRecoveryKit(!device.isRecoveryKitConfirmed);
  if (kit?.ok !== true) return <BusyPage />;
  return (
    <RecoveryKitView
      kit={kit.value}
      userName={device.userName ?? ""}
      isChecking={task.isWorking}
      error={task.error}
      onConfirm={(word) => task.run(() => engine.confirmRecoveryKit(word), toFiles)}
      onLater={toFiles}
    />
  );
}

function toFiles(): void {
  navigate({ name: "files", workspaceId: undefined, folderId: undefined });
}
