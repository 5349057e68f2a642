import { useEffect, useRef, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslations } from "use-intl";
import type { CreationStep, EngineError, NewOrganization } from "#client/engine.ts";
import { useErrorWords } from "../error-words.ts";
import { Banner } from "../kit/banner.tsx";
import { Button, LinkButton } from "../kit/button.tsx";
import { NeutralUsername, PasswordField, TextField } from "../kit/fields.tsx";
import { formatRoute } from "../router/route.ts";
import { MIN_PASSPHRASE_LENGTH } from "./passphrase.ts";
import { StartLayout } from "./start-layout.tsx";
import { StrengthMeter } from "./strength-meter.tsx";

export interface CreateOrganizationViewProps {
  readonly suggestedDeviceLabel: string;
  readonly isStoragePersisted: boolean;
  /** The step being worked on; undefined before and after. */
  readonly step: CreationStep | undefined;
  readonly error: EngineError | undefined;
  readonly onSubmit: (input: NewOrganization) => void;
}

const emptyDraft = { organizationName: "", userName: "", passphrase: "", repeated: "", bootstrapToken: "" };

export function CreateOrganizationView(props: CreateOrganizationViewProps) {
  const t = useTranslations("start.create");
  const tActions = useTranslations("common.actions");
  const errorWords = useErrorWords();
  const [draft, setDraft] = useState({ ...emptyDraft, deviceLabel: props.suggestedDeviceLabel });
  const [attempts, setAttempts] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const isWorking = props.step !== undefined;
  const needsToken =
    props.error?.type === "BootstrapTokenRequired" || props.error?.type === "BootstrapTokenWrong";

  const required = (value: string) => (value.trim() === "" ? t("errors.required") : undefined);
  const mistakes = {
    organizationName: required(draft.organizationName),
    userName: required(draft.userName),
    deviceLabel: required(draft.deviceLabel),
    passphrase:
      draft.passphrase.length < MIN_PASSPHRASE_LENGTH
        ? t("errors.tooShort", { min: MIN_PASSPHRASE_LENGTH })
        : undefined,
    repeated: draft.repeated === draft.passphrase ? undefined : t("errors.mismatch"),
  };
  const field = (name: keyof typeof draft) => ({
    value: draft[name],
    onChange: (value: string) => setDraft({ ...draft, [name]: value }),
    isReadOnly: isWorking,
  });
  const shown = (mistake: string | undefined) => (attempts > 0 ? mistake : undefined);
  useEffect(() => {
    // The first mistake may be out of sight.
    if (attempts > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [attempts]);

  const submit = () => {
    setAttempts(attempts + 1);
    if (Object.values(mistakes).some((mistake) => mistake !== undefined)) return;
    props.onSubmit({
      organizationName: draft.organizationName.trim(),
      userName: draft.userName.trim(),
      deviceLabel: draft.deviceLabel.trim(),
      passphrase: draft.passphrase,
      bootstrapToken: draft.bootstrapToken === "" ? null : draft.bootstrapToken.trim(),
    });
  };

  return (
    <StartLayout
      title={t("title")}
      intro={t("intro")}
      back={
        <LinkButton variant="quiet" href={formatRoute({ name: "start", step: "welcome" })}>
          {tActions("back")}
        </LinkButton>
      }
    >
      <Form
        ref={form}
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {props.error !== undefined && (
          <Banner tone="attention" icon="warning" role="status">
            <strong className="block font-semibold">{t("failed")}</strong>
            {errorWords(props.error)}
          </Banner>
        )}
        {!props.isStoragePersisted && <Banner tone="info">{t("notPersistent")}</Banner>}
        {/* What a browser fills in by itself it also keeps in clear, so none of these may be filled in. */}
        <TextField
          {...field("organizationName")}
          autoFocus
          label={t("organizationName")}
          hint={t("organizationNameHint")}
          errorMessage={shown(mistakes.organizationName)}
          maxLength={128}
          autoComplete="off"
        />
        <TextField
          {...field("userName")}
          label={t("yourName")}
          errorMessage={shown(mistakes.userName)}
          maxLength={128}
          autoComplete="off"
        />
        <TextField
          {...field("deviceLabel")}
          label={t("deviceLabel")}
          hint={t("deviceLabelHint")}
          errorMessage={shown(mistakes.deviceLabel)}
          maxLength={128}
          autoComplete="off"
        />
        <NeutralUsername />
        <div className="flex flex-col gap-2">
          <PasswordField
            {...field("passphrase")}
            label={t("passphrase")}
            hint={t("passphraseHint")}
            errorMessage={shown(mistakes.passphrase)}
            autoComplete="new-password"
          />
          <StrengthMeter passphrase={draft.passphrase} />
        </div>
        <PasswordField
          {...field("repeated")}
          label={t("passphraseAgain")}
          errorMessage={shown(mistakes.repeated)}
          autoComplete="new-password"
        />
        {needsToken && (
          <TextField {...field("bootstrapToken")} label={t("bootstrapToken")} autoComplete="off" mono />
        )}
        <Button type="submit" variant="primary" wide>
          {props.step === undefined ? t("submit") : t(`steps.${props.step}`)}
        </Button>
      </Form>
    </StartLayout>
  );
}
