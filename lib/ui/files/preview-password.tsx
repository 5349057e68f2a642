import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";
import { Button } from "../kit/button.tsx";
import { PasswordField } from "../kit/fields.tsx";

/** Asked by the app and not by the frame, which the document may have taken over. */
export function PreviewPassword(props: {
  readonly isWrong: boolean;
  readonly onPassword: (password: string) => void;
}) {
  const t = useTranslations("files.preview.password");
  const [password, setPassword] = useState("");
  return (
    <Form
      className="m-auto flex w-80 max-w-full flex-col gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (password !== "") props.onPassword(password);
      }}
    >
      <PasswordField
        autoFocus
        autoComplete="off"
        label={t("field")}
        hint={t("needed")}
        errorMessage={props.isWrong ? t("wrong") : undefined}
        value={password}
        onChange={setPassword}
      />
      <Button variant="primary" type="submit">
        {t("open")}
      </Button>
    </Form>
  );
}
