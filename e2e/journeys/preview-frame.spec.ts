import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, type Frame, type Page, test } from "@playwright/test";
import { type RunningApp, startApp } from "../support/app.ts";
import {
  blankPdf,
  brokenImagePdf,
  faxPdf,
  jpeg2000Pdf,
  lockedPdf,
  pdfOfPages,
  shiftJisPdf,
  textPdf,
} from "../support/sample-pdf.ts";
import { watchPage } from "../support/watch.ts";

let app: RunningApp;

test.beforeAll(async () => {
  app = await startApp();
});
test.afterAll(async () => {
  await app.close();
});

/** Opens the frame as the app does and sends it one file; gives its answers after "ready" and the frame. */
async function preview(
  page: Page,
  family: string,
  content: Buffer,
): Promise<{ reply: string; frame: Frame }> {
  await page.goto(`${app.origin}/verify/`);
  const reply = await page.evaluate(
    async ([kind, base64, words]) => {
      const element = document.createElement("iframe");
      element.sandbox.add("allow-scripts");
      element.src = "/preview/";
      element.width = "800";
      element.height = "600";
      // Frames out of sight are not painted.
      element.style.position = "fixed";
      element.style.inset = "0 auto auto 0";
      const replies = new Promise<string>((resolve) => {
        addEventListener("message", (event: MessageEvent<{ type: string; isRetry?: boolean }>) => {
          const { source, data } = event;
          if (source !== element.contentWindow) return;
          const send = (message: object) => element.contentWindow?.postMessage(message, "*");
          if (data.type === "ready") {
            const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
            const told = { title: "sample", theme: "light", language: "en", words };
            send({ type: "show", family: kind, bytes, ...told });
          } else if (data.type === "passwordNeeded") {
            send({ type: "password", password: data.isRetry === true ? "open" : "wrong" });
          } else resolve(data.type);
        });
      });
      document.body.append(element);
      return replies;
    },
    [family, content.toString("base64"), WORDS] as const,
  );
  const frame = page.frames().find((candidate) => candidate.url().endsWith("/preview/"));
  if (frame === undefined) throw new Error("The preview frame is missing");
  return { reply, frame };
}

const WORDS = {
  shortfalls: {
    image: "image missing",
    font: "font missing",
    form: "form missing",
    damaged: "damaged",
    other: "other",
    pageNotDrawn: "page not drawn",
    formOnly: "form only",
  },
  technical: "details",
  blankPage: "nothing drawn",
  noPages: "no pages",
  emptyText: "no text",
  page: "Page {page} of {pages}",
  pagesLeftOut: "{shown} of {all} pages",
  encodingGuessed: "read as {encoding}",
  encoding: "Read as",
  unreadableBytes: "unreadable bytes",
  textLeftOut: "{shown} of {all} characters",
  endsEarly: "ends early",
};

/** Dark pixels of a page. */
async function inkOf(frame: Frame, page = 0): Promise<number> {
  return frame
    .locator("canvas")
    .nth(page)
    .evaluate((canvas: HTMLCanvasElement) => {
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let inked = 0;
      for (let index = 0; index < pixels.length; index += 4) if ((pixels[index] ?? 255) < 128) inked += 1;
      return inked;
    });
}

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("shows text as text, markup included", async ({ page }) => {
  const watch = await watchPage(page, [app.origin]);
  const { reply, frame } = await preview(page, "text", Buffer.from("<img src=x onerror=alert(1)> déjà"));
  expect(reply).toBe("shown");
  await expect(frame.locator("pre")).toHaveText("<img src=x onerror=alert(1)> déjà");
  expect(watch).toEqual({ violations: [], foreignRequests: [], pageErrors: [] });
});

test("shows an image, and says when it is none", async ({ page }) => {
  const { reply, frame } = await preview(page, "image", png);
  expect(reply).toBe("shown");
  await expect(frame.getByRole("img", { name: "sample" })).toBeVisible();
  expect((await preview(page, "image", Buffer.from("<svg onload=alert(1)>"))).reply).toBe("failed");
});

test("draws a document's page", async ({ page }) => {
  const watch = await watchPage(page, [app.origin]);
  const { reply, frame } = await preview(page, "pdf", textPdf());
  expect(reply).toBe("shown");
  expect(await inkOf(frame)).toBeGreaterThan(100);
  await expect(frame.locator(".notes li")).toHaveCount(0);
  expect(watch).toEqual({ violations: [], foreignRequests: [], pageErrors: [] });
  expect((await preview(page, "pdf", Buffer.from("no document"))).reply).toBe("failed");
});

for (const [name, make] of [
  ["a fax", faxPdf],
  ["JPEG 2000", jpeg2000Pdf],
  ["Shift JIS without its character map", shiftJisPdf],
] as const) {
  test(`draws ${name} as other readers do`, async ({ page }) => {
    const watch = await watchPage(page, [app.origin]);
    const { reply, frame } = await preview(page, "pdf", make());
    expect(reply).toBe("shown");
    expect(await inkOf(frame)).toBeGreaterThan(100);
    await expect(frame.getByText("image missing")).toHaveCount(0);
    expect(watch).toEqual({ violations: [], foreignRequests: [], pageErrors: [] });
  });
}

test("draws the scan and the Japanese document of other people", async ({ page }) => {
  const folder = path.resolve(import.meta.dirname, "../../../shared/cases");
  test.skip(!existsSync(folder), "the documents of other people are not here");
  for (const name of ["bitmap-mmr.pdf", "noembed-sjis.pdf"]) {
    const { reply, frame } = await preview(page, "pdf", readFileSync(path.join(folder, name)));
    expect(reply).toBe("shown");
    expect(await inkOf(frame)).toBeGreaterThan(100);
  }
});

test("says above a page what is missing from it", async ({ page }) => {
  const broken = await preview(page, "pdf", brokenImagePdf());
  expect(broken.reply).toBe("shown");
  await expect(broken.frame.locator("section .notes")).toContainText("image missing");
  const withoutOffsets = Buffer.from(
    textPdf()
      .toString("latin1")
      .replace(/xref[^]*(?=trailer)/, ""),
    "latin1",
  );
  const repaired = await preview(page, "pdf", withoutOffsets);
  expect(repaired.reply).toBe("shown");
  expect(await inkOf(repaired.frame)).toBeGreaterThan(100);
  await expect(repaired.frame.locator("body > .notes")).toContainText("damaged");
});

test("is never blank without a word", async ({ page }) => {
  const blank = await preview(page, "pdf", blankPdf());
  expect(blank.reply).toBe("shown");
  await expect(blank.frame.locator("section")).toContainText("nothing drawn");
  const none = await preview(page, "pdf", pdfOfPages(0));
  // Some versions of the library refuse such a document, which is said as well.
  if (none.reply === "shown") await expect(none.frame.locator(".notes")).toContainText("no pages");
  for (const text of ["", "\u{FEFF}", " \r\n\t"]) {
    const { frame } = await preview(page, "text", Buffer.from(text));
    await expect(frame.locator(".notes")).toContainText("no text");
  }
  const inked = await preview(page, "pdf", textPdf());
  await expect(inked.frame.getByText("nothing drawn")).toHaveCount(0);
});

test("asks for the password of a document until it is right", async ({ page }) => {
  const { reply, frame } = await preview(page, "pdf", lockedPdf());
  expect(reply).toBe("shown");
  expect(await inkOf(frame)).toBeGreaterThan(100);
});

test("draws the pages of a long document as one comes to them", async ({ page }) => {
  const { reply, frame } = await preview(page, "pdf", pdfOfPages(300));
  expect(reply).toBe("shown");
  await expect(frame.locator("section")).toHaveCount(300);
  await expect(frame.locator(".counter")).toHaveText(/^Page [12] of 300$/);
  const last = frame.locator("section").nth(299);
  await last.scrollIntoViewIfNeeded();
  await expect(last.locator("canvas")).toHaveCount(1);
  await expect(frame.locator(".counter")).toHaveText(/^Page (29\d|300) of 300$/);
  expect(await frame.locator("canvas").count()).toBeLessThan(20);
});

test("draws a page of any size on a canvas that browsers can make", async ({ page }) => {
  for (const box of ["0 0 14400 14400", "0 0 1 14400", "0 0 14400 1"]) {
    const { reply, frame } = await preview(page, "pdf", textPdf(box));
    expect(reply).toBe("shown");
    const pixels = await frame
      .locator("canvas")
      .evaluate((canvas: HTMLCanvasElement) => canvas.width * canvas.height);
    expect(pixels).toBeGreaterThan(0);
    expect(pixels).toBeLessThanOrEqual(16_000_000);
  }
});

for (const [encoding, bytes] of [
  ["UTF-16LE", Buffer.from("déjà vu\n".repeat(20), "utf16le")],
  ["SHIFT_JIS", Buffer.from("93fa967b8cea82cc95b68fcd82c582b781420a".repeat(20), "hex")],
  ["WINDOWS-1252", Buffer.from("Le café est fermé à Orléans, où l\u{92}hiver s\u{92}en va.\n", "latin1")],
] as const) {
  test(`reads text in ${encoding}, says that it is guessed, and lets one choose`, async ({ page }) => {
    const { reply, frame } = await preview(page, "text", bytes);
    expect(reply).toBe("shown");
    await expect(frame.locator(".notes")).toContainText(`read as ${encoding}`);
    await expect(frame.locator("pre")).toContainText(/déjà vu|日本語の文章です。|café est fermé à Orléans/);
    await frame.getByRole("combobox", { name: "Read as" }).selectOption("koi8-r");
    await expect(frame.locator(".notes")).toContainText("read as KOI8-R");
  });
}

test("says how much of a long text is shown", async ({ page }) => {
  const { frame } = await preview(page, "text", Buffer.from("x".repeat(1_000_001)));
  await expect(frame.locator(".notes")).toContainText("1,000,000 of 1,000,001 characters");
});

test("says that a picture was cut off", async ({ page }) => {
  const whole = await preview(page, "image", png);
  await expect(whole.frame.locator(".notes li")).toHaveCount(0);
  const cut = await preview(page, "image", png.subarray(0, png.length - 12));
  // Some browsers refuse such a file, which is said as well.
  if (cut.reply === "shown") await expect(cut.frame.locator(".notes")).toContainText("ends early");
});

test("has no origin, no network and no storage", async ({ page }) => {
  const { frame } = await preview(page, "text", Buffer.from("x"));
  const reach = await frame.evaluate(async (origin) => {
    const outcome = (work: () => unknown) => {
      try {
        return Promise.resolve(work()).then(
          () => "allowed",
          () => "refused",
        );
      } catch {
        return Promise.resolve("refused");
      }
    };
    return {
      origin: globalThis.origin,
      ownHost: await outcome(() => fetch(`${origin}/deployment.json`)),
      thirdParty: await outcome(() => fetch("https://third.party.invalid/", { mode: "no-cors" })),
      storage: await outcome(() => localStorage.length),
      peerConnections: "RTCPeerConnection" in globalThis,
    };
  }, app.origin);
  expect(reach).toEqual({
    origin: "null",
    ownHost: "refused",
    thirdParty: "refused",
    storage: "refused",
    peerConnections: false,
  });
});
