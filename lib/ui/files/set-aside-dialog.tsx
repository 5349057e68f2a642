import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { EngineError, SetAsideEdit } from "#client/engine.ts";
import { visibleName } from "../bindings/visible-names.ts";
import { useErrorWords } from "../error-words.ts";
import { Button } from "../kit/button.tsx";
import { useByteSize } from "../kit/byte-size.ts";
import { Dialog } from "../kit/dialog.tsx";
import { Skeleton } from "../kit/empty-state.tsx";

export interface SetAsideDialogProps {
  /** Undefined while they are looked up. */
  readonly edits: readonly SetAsideEdit[] | undefined;
  readonly error: EngineError | undefined;
  readonly isWorking: boolean;
  readonly onSave: (edit: string) => void;
  readonly onGiveUp: (edit: string) => void;
  readonly onClose: () => void;
}

const ROWS_PER_PAGE = 50;

/** What could not be sent: each with its reason, its content to be saved, and a way to give it up. */
export function SetAsideDialog(props: SetAsideDialogProps) {
  const t = useTranslations("files.setAside");
  const tActions = useTranslations("common.actions");
  const errorWords = useErrorWords();
  const [limit, setLimit] = useState(ROWS_PER_PAGE);
  const { edits } = props;
  return (
    <Dialog
      isOpen
      size="medium"
      title={t("title")}
      onClose={props.onClose}
      footer={
        <Button variant="primary" onPress={props.onClose}>
          {tActions("close")}
        </Button>
      }
    >
      <p className="text-sm text-muted text-pretty">{t("detail")}</p>
      {props.error !== undefined && props.error.type !== "Cancelled" && (
        <p role="alert" className="pt-3 text-sm text-suspect">
          {errorWords(props.error)}
        </p>
      )}
      {edits === undefined && props.error === undefined && <Skeleton className="mt-3 h-16 w-full" />}
      {edits?.length === 0 && <p className="pt-3 text-sm">{t("none")}</p>}
      {edits !== undefined && edits.length > 0 && (
        <ul className="flex flex-col divide-y divide-line pt-1">
          {edits.slice(0, limit).map((edit) => (
            <SetAsideRow key={edit.id} {...props} edit={edit} />
          ))}
        </ul>
      )}
      {edits !== undefined && edits.length > limit && (
        <Button variant="quiet" onPress={() => setLimit(limit + ROWS_PER_PAGE)}>
          {t("showMore", { count: Math.min(edits.length - limit, ROWS_PER_PAGE) })}
        </Button>
      )}
    </Dialog>
  );
}

function SetAsideRow(props: SetAsideDialogProps & { readonly edit: SetAsideEdit }) {
  const t = useTranslations("files.setAside");
  const tActions = useTranslations("common.actions");
  const format = useFormatter();
  const formatSize = useByteSize();
  const errorWords = useErrorWords();
  const [isAsked, setAsked] = useState(false);
  const { edit, isWorking } = props;
  const name = visibleName(edit.name);
  const facts = [
    t(`change.${edit.change}`),
    edit.folder === null
      ? t("atTop")
      : edit.folder === ""
        ? t("inUnknown")
        : t("in", { folder: visibleName(edit.folder) }),
    ...(edit.files > 0 ? [formatSize(edit.sizeBytes)] : []),
    format.dateTime(edit.since, { dateStyle: "medium", timeStyle: "short" }),
  ];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <div className="min-w-48 flex-1">
        <p className="text-sm font-medium wrap-anywhere">{t("what", { name, others: edit.changes - 1 })}</p>
        <p className="text-xs text-muted wrap-anywhere">{facts.join(" · ")}</p>
        <p className="text-xs text-suspect text-pretty">{errorWords(edit.reason)}</p>
        {isAsked && <p className="pt-1 text-xs text-pretty">{t(edit.files > 0 ? "lost" : "undone")}</p>}
      </div>
      <div className="ml-auto flex flex-wrap gap-2">
        {edit.files > 0 && (
          <Button
            icon="download"
            isDisabled={isWorking}
            aria-label={t("saveOf", { name })}
            onPress={() => props.onSave(edit.id)}
          >
            {t("save")}
          </Button>
        )}
        {isAsked && (
          <Button variant="quiet" onPress={() => setAsked(false)}>
            {tActions("cancel")}
          </Button>
        )}
        <Button
          variant={isAsked ? "danger" : "quiet"}
          isDisabled={isWorking}
          aria-label={t("giveUpOf", { name })}
          onPress={() => (isAsked ? props.onGiveUp(edit.id) : setAsked(true))}
        >
          {t("giveUp")}
        </Button>
      </div>
    </li>
  );
}
