import { settle } from "../bindings/task.ts";
import { useEngine, useToasts } from "../engine-context.tsx";
import { useErrorWords } from "../error-words.ts";
import { saveFile } from "../save-file.ts";

/** Puts the bundle together and hands it to the browser's downloads. */
export function useSaveProof(): (id: string) => void {
  const engine = useEngine();
  const toasts = useToasts();
  const errorWords = useErrorWords();
  return (id) => {
    void settle(() => engine.proofFile(id)).then((result) => {
      if (result.ok) saveFile(result.value.name, result.value.bytes);
      else toasts.add(errorWords(result.error));
    });
  };
}
