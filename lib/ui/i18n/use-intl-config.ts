import type { Messages as Catalogue } from "../messages/catalogue.ts";

/** Makes every message key, and every argument of a message, known to the compiler. */
declare module "use-intl" {
  interface AppConfig {
    Messages: Catalogue;
  }
}
