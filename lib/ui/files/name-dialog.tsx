import { type ReactNode, useId, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";
import type { EngineError } from "#client/engine.ts";
import { useErrorWords } from "../error-words.ts";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { TextField } from "../kit/fields.tsx";

export interface NameDialogProps {
  readonly title: string;
  readonly label: string;
  readonly submitLabel: string;
  readonly initialName: string;
  readonly isWorking: boolean;
  readonly error: EngineError | undefined;
  /** Above the name. */
  readonly notice?: ReactNode;
  readonly onSubmit: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks for one name: a new folder, a new workspace, a renamed entry. */
export function NameDialog(props: NameDialogProps) {
  const tActions = useTranslations("common.actions");
  const errorWords = useErrorWords();
  const formId = useId();
  const [name, setName] = useState(props.initialName);
  return (
    <Dialog
      isOpen
      title={props.title}
      onClose={props.onClose}
      footer={
        <>
          <Button variant="quiet" onPress={props.onClose}>
            {tActions("cancel")}
          </Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            isDisabled={props.isWorking || name.trim() === ""}
          >
            {props.submitLabel}
          </Button>
        </>
      }
    >
      {props.notice}
      <Form
        id={formId}
        className="pt-1"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "" && !props.isWorking) props.onSubmit(name.trim());
        }}
      >
        <TextField
          autoFocus
          label={props.label}
          value={name}
          onChange={setName}
          onFocus={selectStem}
          errorMessage={props.error === undefined ? undefined : errorWords(props.error)}
          autoComplete="off"
          spellCheck="false"
        />
      </Form>
    </Dialog>
  );
}

/** Selects the name without its ending, which one seldom means to change. */
function selectStem(event: { readonly target: EventTarget }): void {
  if (!(event.target instanceof HTMLInputElement)) return;
  const { value } = event.target;
  const dot = value.lastIndexOf(".");
  event.target.setSelectionRange(0, dot > 0 ? dot : value.length);
}
