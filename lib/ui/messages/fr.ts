import type { en } from "./en.ts";
import { common, shell, state } from "./fr/common.ts";
import { doubts } from "./fr/doubts.ts";
import { clocks, errors, notices } from "./fr/errors.ts";
import { files } from "./fr/files.ts";
import { settings } from "./fr/settings.ts";
import { start } from "./fr/start.ts";
import { trust } from "./fr/trust.ts";
import { verify } from "./fr/verify.ts";
import type { Translated } from "./translated.ts";

export const fr: Translated<typeof en> = {
  common,
  shell,
  state,
  errors,
  clocks,
  notices,
  start,
  files,
  trust,
  doubts,
  verify,
  settings,
};
