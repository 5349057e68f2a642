import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";
import type { Store } from "./store.ts";

type CiphertextQuestions = Pick<Store, "contents" | "contentSizes" | "ring" | "profiles">;

export function createCiphertextQuestions(database: Kysely<Tables>): CiphertextQuestions {
  return {
    contents: async (log, hashes) => {
      if (hashes.length === 0) return [];
      return database
        .selectFrom("contents")
        .select(["hash", "ciphertext"])
        .where("log", "=", log)
        .where("hash", "in", hashes)
        .execute();
    },
    contentSizes: async (log, hashes) => {
      if (hashes.length === 0) return [];
      return database
        .selectFrom("contents")
        .select(["hash", sql<number>`length(ciphertext)`.as("sizeBytes")])
        .where("log", "=", log)
        .where("hash", "in", hashes)
        .execute();
    },
    ring: async (log, hash, user) => {
      const row = await database
        .selectFrom("rings")
        .select("ciphertext")
        .where("log", "=", log)
        .where("hash", "=", hash)
        .where("user_id", "=", user)
        .executeTakeFirst();
      return row?.ciphertext;
    },
    profiles: async (organization, hashes) => {
      if (hashes.length === 0) return [];
      return database
        .selectFrom("profiles")
        .select(["hash", "ciphertext"])
        .where("organization", "=", organization)
        .where("hash", "in", hashes)
        .execute();
    },
  };
}
