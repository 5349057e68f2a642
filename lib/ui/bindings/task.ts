import { useEffect, useRef, useState } from "react";
import type { EngineError } from "#client/engine.ts";
import type { Result } from "#protocol/result.ts";
import { useToasts } from "../engine-context.tsx";
import { useErrorWords } from "../error-words.ts";

/**
 * One thing a person asked for: at most one at a time, with its error until the next attempt. Where the dialog that
 * asked is gone by then, a toast tells of the failure.
 */
export interface Task {
  readonly isWorking: boolean;
  readonly error: EngineError | undefined;
  readonly run: <T>(work: () => Promise<Result<T, EngineError>>, onDone?: (value: T) => void) => void;
}

export function useTask(): Task {
  const [isWorking, setWorking] = useState(false);
  const [error, setError] = useState<EngineError>();
  const isThere = useRef(false);
  const toasts = useToasts();
  const errorWords = useErrorWords();
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  return {
    isWorking,
    error,
    run: (work, onDone) => {
      if (isWorking) return;
      setWorking(true);
      setError(undefined);
      void settle(work).then((result) => {
        setWorking(false);
        if (result.ok) onDone?.(result.value);
        else if (isThere.current) setError(result.error);
        else toasts.add(errorWords(result.error));
      });
    },
  };
}

/** A call that broke instead of answering (the worker died) is told like any other failure. */
export async function settle<T>(
  work: () => Promise<Result<T, EngineError>>,
): Promise<Result<T, EngineError>> {
  try {
    return await work();
  } catch (error) {
    return {
      ok: false,
      error: { type: "Unexpected", detail: error instanceof Error ? error.message : String(error) },
    };
  }
}
