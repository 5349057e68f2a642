import { createRoot } from "react-dom/client";
import { IntlProvider } from "use-intl";
import { expect, it, vi } from "vitest";
import { en } from "../messages/en.ts";
import { CrashBoundary } from "./crash-boundary.tsx";

function Broken(): never {
  throw new Error("a fault of ours");
}

it("says that a screen stopped working, and offers to reload", async () => {
  const place = document.body.appendChild(document.createElement("div"));
  const seen: unknown[] = [];
  const root = createRoot(place, { onCaughtError: (error) => seen.push(error) });
  root.render(
    <IntlProvider locale="en" messages={en} timeZone="UTC">
      <CrashBoundary>
        <Broken />
      </CrashBoundary>
    </IntlProvider>,
  );
  await vi.waitFor(() => expect(place.textContent).toContain(en.common.crash.title));
  expect(place.querySelector('[role="alert"]')).not.toBeNull();
  expect(place.querySelector("button")?.textContent).toBe(en.common.crash.reload);
  expect(seen).toHaveLength(1);
  root.unmount();
});
