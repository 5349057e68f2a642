import { describe } from "vitest";
import { createMemoryRowStore } from "./testing/memory-row-store.ts";
import { describeRowStore } from "./testing/row-store-contract.ts";

describe("rows in memory", () => describeRowStore(createMemoryRowStore));
