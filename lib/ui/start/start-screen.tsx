import { useState } from "react";
import type { CreationStep, DeviceState } from "#client/engine.ts";
import { useTask } from "../bindings/task.ts";
import { useEngine } from "../engine-context.tsx";
import type { StartStep } from "../router/route.ts";
import { navigate } from "../router/use-route.ts";
import { CreateOrganizationView } from "./create-organization-view.tsx";
import { DamagedView } from "./damaged-view.tsx";
import { suggestDeviceLabel } from "./device-label.ts";
import { UnlockView } from "./unlock-view.tsx";
import { WelcomeView } from "./welcome-view.tsx";

/** Everything before the app is unlocked. A device that holds keys is unlocked first. */
export function StartScreen({
  device,
  step,
}: {
  readonly device: DeviceState;
  readonly step: StartStep | undefined;
}) {
  if (device.phase === "empty" && device.problem !== null) return <DamagedView problem={device.problem} />;
  if (device.phase === "locked") return step === "welcome" ? <WelcomeView isLocked /> : <Unlock />;
  return step === "create" ? <Create device={device} /> : <WelcomeView isLocked={false} />;
}

function Unlock() {
  const engine = useEngine();
  const task = useTask();
  return (
    <UnlockView
      isWorking={task.isWorking}
      error={task.error}
      onSubmit={(passphrase) => task.run(() => engine.unlock(passphrase))}
    />
  );
}

function Create({ device }: { readonly device: DeviceState }) {
  const engine = useEngine();
  const task = useTask();
  const [step, setStep] = useState<CreationStep>();
  return (
    <CreateOrganizationView
      suggestedDeviceLabel={suggestDeviceLabel(navigator.userAgent)}
      isStoragePersisted={device.isStoragePersisted}
      step={task.isWorking ? (step ?? "makingKeys") : undefined}
      error={task.error}
      onSubmit={(input) =>
        task.run(
          () => engine.createOrganization(input, setStep),
          () => navigate({ name: "start", step: "kit" }),
        )
      }
    />
  );
}
