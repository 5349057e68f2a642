import type { Language } from "../i18n/languages.ts";
import { en } from "./en.ts";
import type { Translated } from "./translated.ts";

/** use-intl knows the words by their English literal types, which is how it checks the arguments of each. */
export type Messages = typeof en;

/** English is at hand; any other language is loaded when somebody reads it. */
export async function loadMessages(language: Language): Promise<Messages> {
  if (language === "en") return en;
  const { fr } = await import("./fr.ts");
  if (!isComplete(fr)) throw new Error(`The words in ${language} do not match the English ones`);
  return fr;
}

/** The compiler checks the same; this is what lets a translation stand where the English literals are asked for. */
function isComplete(messages: Translated<Messages>): messages is Messages {
  return hasSameKeys(en, messages);
}

function hasSameKeys(expected: object, actual: object): boolean {
  const keys = Object.keys(expected);
  if (keys.length !== Object.keys(actual).length) return false;
  return keys.every((key) => {
    const wanted: unknown = Reflect.get(expected, key);
    const found: unknown = Reflect.get(actual, key);
    if (!isObject(wanted)) return typeof found === "string";
    return isObject(found) && hasSameKeys(wanted, found);
  });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
