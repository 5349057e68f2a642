import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";
import type { EngineError } from "#client/engine.ts";
import { useErrorWords } from "../error-words.ts";
import { Button } from "../kit/button.tsx";
import { NeutralUsername, PasswordField } from "../kit/fields.tsx";
import { StartLayout } from "./start-layout.tsx";

export interface UnlockViewProps {
  readonly isWorking: boolean;
  readonly error: EngineError | undefined;
  readonly onSubmit: (passphrase: string) => void;
}

export function UnlockView(props: UnlockViewProps) {
  const t = useTranslations("start.unlock");
  const tWelcome = useTranslations("start.welcome");
  const errorWords = useErrorWords();
  const [passphrase, setPassphrase] = useState("");
  return (
    <StartLayout title={t("title")} intro={tWelcome("unlockHint")}>
      <Form
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (passphrase !== "") props.onSubmit(passphrase);
        }}
      >
        <NeutralUsername />
        <PasswordField
          autoFocus
          label={t("passphrase")}
          value={passphrase}
          onChange={setPassphrase}
          // Not disabled, which would take the focus away from whoever has to type it again.
          isReadOnly={props.isWorking}
          errorMessage={props.error === undefined ? undefined : errorWords(props.error)}
          autoComplete="current-password"
        />
        <Button type="submit" variant="primary" wide>
          {props.isWorking ? t("working") : t("submit")}
        </Button>
      </Form>
    </StartLayout>
  );
}
