import type { en } from "../messages/en.ts";

/** Makes every message key, and every argument of a message, known to the compiler. */
declare module "use-intl" {
  interface AppConfig {
    Messages: typeof en;
  }
}
