import { type ReactNode, useState } from "react";
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
  Text,
} from "react-aria-components";
import { useTranslations } from "use-intl";
import { IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";

export interface TextFieldProps extends Omit<AriaTextFieldProps, "className" | "style" | "children"> {
  readonly label: string;
  readonly hint?: string;
  /** Shown below the field, and read with it. Presence makes the field invalid. */
  readonly errorMessage?: string | undefined;
  readonly placeholder?: string;
  readonly mono?: boolean;
}

export function TextField({
  label,
  hint,
  errorMessage,
  placeholder,
  mono = false,
  ...props
}: TextFieldProps) {
  return (
    <FieldFrame label={label} hint={hint} errorMessage={errorMessage} props={props}>
      <Input
        {...(placeholder !== undefined && { placeholder })}
        className={classNames(inputClass, "px-3", mono && "font-mono")}
      />
    </FieldFrame>
  );
}

/** A password or passphrase, with a way to look at it before sending it. */
export function PasswordField({ label, hint, errorMessage, ...props }: TextFieldProps) {
  const t = useTranslations("common.field");
  const [isShown, setShown] = useState(false);
  return (
    <FieldFrame
      label={label}
      hint={hint}
      errorMessage={errorMessage}
      props={{ ...props, type: isShown ? "text" : "password" }}
    >
      <div className="relative">
        <Input className={classNames(inputClass, "pr-12 pl-3")} autoCapitalize="none" spellCheck={false} />
        <span className="absolute inset-y-0 right-1 flex items-center">
          <IconButton
            size="small"
            icon={isShown ? "hidden" : "preview"}
            label={isShown ? t("hidePassword") : t("showPassword")}
            onPress={() => {
              setShown(!isShown);
            }}
          />
        </span>
      </div>
    </FieldFrame>
  );
}

/**
 * Stands before a passphrase: a browser that is asked to keep it would take the text field above for the user's name,
 * and write what stands there to its own disk in clear.
 */
export function NeutralUsername() {
  return <input type="text" name="username" autoComplete="username" value="Holdfast" readOnly hidden />;
}

function FieldFrame(frame: {
  readonly label: string;
  readonly hint: string | undefined;
  readonly errorMessage: string | undefined;
  readonly props: Omit<AriaTextFieldProps, "className" | "style" | "children">;
  readonly children: ReactNode;
}) {
  const isInvalid = frame.errorMessage !== undefined;
  return (
    <AriaTextField
      {...frame.props}
      isInvalid={isInvalid}
      validationBehavior="aria"
      className="flex flex-col gap-1.5"
    >
      <Label className={fieldLabelClass}>{frame.label}</Label>
      {frame.children}
      {frame.hint !== undefined && !isInvalid && (
        <Text slot="description" className="text-xs text-muted">
          {frame.hint}
        </Text>
      )}
      <FieldError className="text-xs font-medium text-danger">{frame.errorMessage}</FieldError>
    </AriaTextField>
  );
}

export const fieldLabelClass = "text-sm font-medium text-text";

const inputClass =
  "h-10 w-full rounded-md border border-line-strong bg-surface text-base text-text pointer-coarse:h-12 " +
  "placeholder:text-muted data-focused:border-accent data-focused:outline-2 data-focused:-outline-offset-1 data-focused:outline-focus " +
  "data-invalid:border-danger data-disabled:opacity-60";
