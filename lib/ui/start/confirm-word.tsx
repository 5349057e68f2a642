import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";
import { useErrorWords } from "../error-words.ts";
import { Button } from "../kit/button.tsx";
import { TextField } from "../kit/fields.tsx";
import type { RecoveryKitViewProps } from "./recovery-kit-view.tsx";
import { StartLayout } from "./start-layout.tsx";

export function ConfirmWord(props: RecoveryKitViewProps & { readonly onShowAgain: () => void }) {
  const t = useTranslations("start.recoveryKit");
  const errorWords = useErrorWords();
  const [word, setWord] = useState("");
  const number = props.kit.confirmPosition + 1;
  return (
    <StartLayout title={t("confirmTitle")} intro={t("confirmIntro", { number })}>
      <Form
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (word.trim() !== "") props.onConfirm(word.trim().toLowerCase());
        }}
      >
        <TextField
          autoFocus
          mono
          label={t("confirmField", { number })}
          value={word}
          onChange={setWord}
          isReadOnly={props.isChecking}
          errorMessage={
            props.error?.type === "WrongWord"
              ? t("confirmWrong", { number })
              : props.error === undefined
                ? undefined
                : errorWords(props.error)
          }
          autoComplete="off"
          autoCorrect="off"
          spellCheck="false"
        />
        <div className="flex flex-wrap gap-3">
          <Button type="submit" variant="primary">
            {t("finish")}
          </Button>
          <Button variant="quiet" onPress={props.onShowAgain}>
            {t("showAgain")}
          </Button>
        </div>
      </Form>
    </StartLayout>
  );
}
