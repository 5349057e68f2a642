import { expect, test } from "@playwright/test";
import { type RunningGallery, startGallery } from "../support/gallery/serve.ts";

let gallery: RunningGallery;

test.beforeAll(async () => {
  gallery = await startGallery();
});
test.afterAll(async () => {
  await gallery.close();
});

/** What a printer lays on paper, whatever the screen and the system show. */
for (const theme of ["light", "dark"] as const) {
  for (const language of ["en", "fr"]) {
    test(`the recovery kit prints black on white on one page (${theme}, ${language})`, async ({ page }) => {
      await page.emulateMedia({ media: "print", colorScheme: theme });
      await page.goto(`${gallery.origin}/?world=first&theme=${theme}&lang=${language}#/start/kit`);
      const words = page.getByRole("listitem");
      await expect(words).toHaveCount(24);
      const colours = await page.getByRole("main").evaluate((main) => {
        const texts = [...main.querySelectorAll("h1, p, dt, dd, li span")];
        const visible = texts.filter((element) => element.getClientRects().length > 0);
        return {
          ink: [...new Set(visible.map((element) => getComputedStyle(element).color))],
          paper: getComputedStyle(document.documentElement).backgroundColor,
        };
      });
      expect(colours).toEqual({ ink: ["rgb(0, 0, 0)"], paper: "rgb(255, 255, 255)" });
      // Translated by a browser, the words would open nothing.
      await expect(page.locator("ol[translate=no]").getByRole("listitem")).toHaveCount(24);
      const paper = await page.pdf({ format: "A4" });
      expect(paper.toString("latin1").match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    });
  }
}
