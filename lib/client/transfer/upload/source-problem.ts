import type { SourceProblem } from "../../engine.ts";

/** Folders within folders; a file system that leads back into itself has no end. */
export const MAX_SOURCE_DEPTH = 255;

/** What a page can ask a folder for. Chromium gives "" for bytes that are no text in the system's encoding. */
export function isNameable(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !name.includes("/");
}

/** Of what the File System and File APIs throw. `NotReadableError` has any of several causes. */
export function sourceProblemOf(error: unknown): SourceProblem {
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "SourceNotPermitted";
    case "NotFoundError":
      return "SourceGone";
    default:
      return "SourceUnreadable";
  }
}
