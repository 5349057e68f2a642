import { common, shell, state } from "./en/common.ts";
import { doubts } from "./en/doubts.ts";
import { clocks, errors, notices } from "./en/errors.ts";
import { files } from "./en/files.ts";
import { settings } from "./en/settings.ts";
import { start } from "./en/start.ts";
import { trust } from "./en/trust.ts";
import { verify } from "./en/verify.ts";

export const en = {
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
