import { createRoot } from "react-dom/client";
import { IntlProvider } from "use-intl";
import { expect, it, vi } from "vitest";
import type { Entry } from "#client/engine.ts";
import { en } from "../messages/en.ts";
import { FilesView } from "./files-view.tsx";

/** How much one run of everything that a person does with a whole folder looks at entries. */
interface Run {
  readonly reads: number;
  readonly rows: number;
  readonly trashed: number;
}

it("works no more than in proportion to the number of entries, and shows only those in sight", async () => {
  const small = await useFolderOf(1_000);
  const large = await useFolderOf(10_000);
  expect([small.trashed, large.trashed]).toEqual([1_000, 10_000]);
  expect(large.rows).toBe(small.rows);
  expect(large.rows).toBeLessThan(80);
  // Sorting takes ten times the entries 13.3 times the comparisons; going through all for each takes 100.
  expect(large.reads / small.reads).toBeLessThan(15);
});

it("goes by keyboard to both ends, by pages and by first letters, and extends the selection on the way", async () => {
  const { place, unmount, selected } = await show(
    createEntries(500, () => undefined),
    () => undefined,
  );
  const rowOf = (name: string) => place.querySelector<HTMLElement>(`[data-key="${name}"]`);
  rowOf("Scan 1.pdf")?.focus();
  press("End");
  expect(document.activeElement).toBe(rowOf("Scan 500.pdf"));
  press("Home");
  expect(document.activeElement).toBe(rowOf("Scan 1.pdf"));
  press("ArrowDown", { shiftKey: true });
  press("ArrowDown", { shiftKey: true });
  await vi.waitFor(() => expect(selected()).toBe("3 items selected"));
  press("PageDown");
  expect(Number(document.activeElement?.getAttribute("data-position"))).toBeGreaterThan(4);
  for (const letter of "scan 25") press(letter);
  expect(document.activeElement).toBe(rowOf("Scan 25.pdf"));
  press("End", { shiftKey: true });
  await vi.waitFor(() => expect(selected()).toBe("476 items selected"));
  // What has the focus stays when it is scrolled out of sight.
  const grid = place.querySelector<HTMLElement>("[role=grid]");
  if (grid !== null) grid.scrollTop = 0;
  await vi.waitFor(() => expect(rowOf("Scan 3.pdf")).not.toBeNull());
  expect(document.activeElement).toBe(rowOf("Scan 500.pdf"));
  unmount();
});

async function useFolderOf(count: number): Promise<Run> {
  let reads = 0;
  let trashed = 0;
  const entries = createEntries(count, () => {
    reads++;
  });
  const { place, unmount, selected } = await show(entries, (chosen) => {
    trashed = chosen.length;
  });
  for (const column of ["Size", "Modified", "Name", "Name"]) {
    place.querySelectorAll<HTMLElement>("[role=columnheader] button").forEach((button) => {
      if (button.textContent === column) button.click();
    });
    await settled();
  }
  place.querySelector<HTMLElement>("[data-key]")?.focus();
  press("a", { ctrlKey: true });
  await vi.waitFor(() => expect(selected()).toContain("items selected"));
  press("End", { shiftKey: true });
  press("Home", { shiftKey: true });
  await settled();
  press("Delete");
  const rows = place.querySelectorAll("[role=row]").length;
  unmount();
  return { reads, rows, trashed };
}

async function show(entries: readonly Entry[], onTrash: (entries: readonly Entry[]) => void) {
  const place = document.body.appendChild(document.createElement("div"));
  place.style.cssText = "position: fixed; inset: 0; display: flex";
  // The stylesheet is not here: what it gives a list is its height.
  const style = document.head.appendChild(document.createElement("style"));
  style.textContent =
    "[role=grid] { block-size: 600px; overflow: auto; position: relative } [role=grid] [data-key] { position: absolute }";
  const root = createRoot(place);
  const nothing = () => undefined;
  root.render(
    <IntlProvider locale="en" messages={en} timeZone="UTC">
      <FilesView
        workspaceId="a1"
        workspaceName="Contracts"
        folder={{
          status: "ready",
          listing: { workspace: "a1", folder: null, path: [], entries, isLoadedFromServer: true },
        }}
        canWrite
        isWaiting={false}
        commands={{
          open: nothing,
          preview: nothing,
          download: nothing,
          rename: nothing,
          move: nothing,
          details: nothing,
          trash: onTrash,
        }}
        onUpload={nothing}
        onNewFolder={nothing}
        onDropInto={nothing}
        onShortcutsHelp={nothing}
        onRetry={nothing}
      />
    </IntlProvider>,
  );
  await vi.waitFor(() => expect(place.querySelectorAll("[data-key]").length).toBeGreaterThan(10));
  await settled();
  return {
    place,
    selected: () => place.querySelector("[role=toolbar]")?.textContent.match(/[\d,]+ items? selected/)?.[0],
    unmount: () => {
      root.unmount();
      place.remove();
      style.remove();
    },
  };
}

function createEntries(count: number, onRead: () => void): readonly Entry[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `Scan ${((index * 7919) % count) + 1}.pdf`;
    const entry: Entry = {
      id: name,
      name,
      kind: "file",
      sizeBytes: index % 997,
      modifiedAt: index % 991,
      mimeHint: null,
      state: "verified",
    };
    return new Proxy(entry, {
      get: (target, key, receiver) => {
        onRead();
        return Reflect.get(target, key, receiver) as unknown;
      },
    });
  });
}

function press(key: string, keys: KeyboardEventInit = {}): void {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...keys });
  (document.activeElement ?? document.body).dispatchEvent(event);
}

/** What a press set off has been rendered and measured. */
async function settled(): Promise<void> {
  for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
}
