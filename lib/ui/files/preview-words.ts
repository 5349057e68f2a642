import { useTranslations } from "use-intl";
import type { PreviewWords } from "../preview-frame/message.ts";

/** What the preview frame says, in the language of the app. */
export function usePreviewWords(): PreviewWords {
  const t = useTranslations("files.preview.frame");
  return {
    shortfalls: {
      image: t("shortfalls.image"),
      font: t("shortfalls.font"),
      form: t("shortfalls.form"),
      damaged: t("shortfalls.damaged"),
      other: t("shortfalls.other"),
      pageNotDrawn: t("shortfalls.pageNotDrawn"),
      formOnly: t("shortfalls.formOnly"),
    },
    technical: t("technical"),
    blankPage: t("blankPage"),
    noPages: t("noPages"),
    emptyText: t("emptyText"),
    page: t("page"),
    pagesLeftOut: t("pagesLeftOut"),
    encodingGuessed: t("encodingGuessed"),
    encoding: t("encoding"),
    unreadableBytes: t("unreadableBytes"),
    textLeftOut: t("textLeftOut"),
    endsEarly: t("endsEarly"),
  };
}
