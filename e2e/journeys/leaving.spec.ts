import { expect, type Page, test } from "@playwright/test";
import { holdBlocks } from "../support/block-gate.ts";
