import { useTranslations } from "use-intl";
import type { Entry } from "#client/engine.ts";
import { StateShape, stateTextColours } from "../kit/state.tsx";

/**
 * Said only where it differs from the ordinary: an entry that is still on its way, or stands in conflict. What waits is
 * not on its way; why it does stands above the folder.
 */
export function EntryState(props: { readonly state: Entry["state"]; readonly isWaiting: boolean }) {
  const t = useTranslations("files.entryState");
  const { state } = props;
  switch (state) {
    case "recorded":
    case "sealed":
    case "verified":
      return null;
    case "local":
    case "conflict": {
      const shape = state === "local" ? "pending" : "suspect";
      return (
        <span
          className={`inline-flex items-center gap-1.5 text-xs whitespace-nowrap ${stateTextColours[shape]}`}
        >
          <StateShape state={shape} className="size-2.5" />
          {t(state === "local" && props.isWaiting ? "waiting" : state)}
        </span>
      );
    }
  }
}
