import { expect, type Frame, type Page, test } from "@playwright/test";
import { type RunningApp, startApp } from "../support/app.ts";
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
    async ([kind, base64]) => {
      const element = document.createElement("iframe");
      element.sandbox.add("allow-scripts");
      element.src = "/preview/";
      element.width = "800";
      element.height = "600";
      // Frames out of sight are not painted.
      element.style.position = "fixed";
      element.style.inset = "0 auto auto 0";
      const replies = new Promise<string>((resolve) => {
        addEventListener("message", (event: MessageEvent<{ type: string }>) => {
          if (event.source !== element.contentWindow) return;
          if (event.data.type !== "ready") {
            resolve(event.data.type);
            return;
          }
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          element.contentWindow?.postMessage({ family: kind, bytes, title: "sample", theme: "light" }, "*");
        });
      });
      document.body.append(element);
      return replies;
    },
    [family, content.toString("base64")] as const,
  );
  const frame = page.frames().find((candidate) => candidate.url().endsWith("/preview/"));
  if (frame === undefined) throw new Error("The preview frame is missing");
  return { reply, frame };
}

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** One page with the word "Holdfast". */
function makePdf(): Buffer {
  const text = "BT /F 24 Tf 20 40 Td (Holdfast) Tj ET";
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    `<</Length ${text.length}>>stream\n${text}\nendstream`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
  ];
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj${object}endobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 6\n0000000000 65535 f \n${offsets.join("")}`;
  return Buffer.from(`${file}${table}trailer<</Root 1 0 R/Size 6>>\nstartxref\n${file.length}\n%%EOF`);
}

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
  const { reply, frame } = await preview(page, "pdf", makePdf());
  expect(reply).toBe("shown");
  const inkedPixels = await frame.locator("canvas").evaluate((canvas: HTMLCanvasElement) => {
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let inked = 0;
    for (let index = 0; index < pixels.length; index += 4) if ((pixels[index] ?? 255) < 128) inked += 1;
    return inked;
  });
  expect(inkedPixels).toBeGreaterThan(100);
  expect(watch).toEqual({ violations: [], foreignRequests: [], pageErrors: [] });
  const withoutOffsets = Buffer.from(
    makePdf()
      .toString("latin1")
      .replace(/xref[^]*(?=trailer)/, ""),
    "latin1",
  );
  expect((await preview(page, "pdf", withoutOffsets)).reply).toBe("shown");
  expect((await preview(page, "pdf", Buffer.from("no document"))).reply).toBe("failed");
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
