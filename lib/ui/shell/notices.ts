import { useEffect, useEffectEvent } from "react";
import { useTranslations } from "use-intl";
import type { EngineEvent, WorkspaceSummary } from "#client/engine.ts";
import { visibleName } from "../bindings/visible-names.ts";
import { useEngine, useToasts } from "../engine-context.tsx";

type Notice = Extract<EngineEvent, { type: "notice" }>;

/** Tells once, in words, what the engine wants heard. */
export function useNotices(workspaces: readonly WorkspaceSummary[]): void {
  const t = useTranslations("notices");
  const engine = useEngine();
  const toasts = useToasts();
  const words = ({ code, values }: Notice): string => {
    switch (code) {
      case "conflictKeptBoth":
      case "removalDropped":
      case "keptThoughRemoved":
      case "editHeld":
      case "editAbandoned":
      case "refusedAndTaken":
        return t(code, { name: visibleName(values["name"] ?? "…") });
      case "renamedOnClash":
      case "editRecovered":
        return t(code, {
          name: visibleName(values["name"] ?? "…"),
          given: visibleName(values["given"] ?? "…"),
        });
      case "writesPaused": {
        const workspace = workspaces.find(({ id }) => id === values["workspace"]);
        return t(code, { workspace: workspace?.name ?? values["workspace"] ?? "…" });
      }
      case "serverUnreachable":
      case "serverBack":
      case "anotherTabLeads":
        return t(code);
    }
  };
  const tell = useEffectEvent((notice: Notice) => {
    const workspace = workspaces.find(({ id }) => id === notice.values["workspace"]);
    // The banner says more, and this device is not merely checking any more.
    if (notice.code === "writesPaused" && workspace?.state === "contradiction") return;
    toasts.add(words(notice));
  });
  useEffect(
    () =>
      engine.subscribe((event) => {
        if (event.type === "notice") tell(event);
      }),
    [engine],
  );
}
