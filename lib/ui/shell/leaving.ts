import { useEffect } from "react";
import { useTransfers, useWorkspaces } from "../bindings/queries.ts";

/** What would end, or stay behind on this device alone, if the page went away now. */
export function useLeavingLoss(): { readonly transfers: number; readonly hasUnsentEdits: boolean } {
  const { data: transfers } = useTransfers();
  const { data: workspaces } = useWorkspaces();
  return {
    transfers: transfers?.stopsOnLeaving ?? 0,
    hasUnsentEdits: workspaces?.ok === true && workspaces.value.some(({ hasUnsentEdits }) => hasUnsentEdits),
  };
}

/** The browser asks, in words of its own, before the page is closed or loaded anew; only while there is a reason. */
export function useQuestionBeforeLeaving(isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isWanted]);
}
