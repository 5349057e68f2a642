import { createRoot } from "react-dom/client";
import { IntlProvider } from "use-intl";
import { expect, it, vi } from "vitest";
import type { SetAsideEdit } from "#client/engine.ts";
import { en } from "../messages/en.ts";
import { SetAsideDialog } from "./set-aside-dialog.tsx";

const file: SetAsideEdit = {
  id: "1",
  name: "Scan.zip",
  change: "new",
  folder: "Exhibits",
  changes: 1,
  files: 1,
  sizeBytes: 2_000,
  reason: { type: "NotAllowed" },
  since: 0,
};
const words: SetAsideEdit = { ...file, id: "2", name: "Draft", change: "rename", folder: "", files: 0 };

it("names each change, saves content, and asks before one is given up", async () => {
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  const told: string[] = [];
  root.render(
    <IntlProvider locale="en" messages={en} timeZone="UTC">
      <SetAsideDialog
        edits={[file, words]}
        error={undefined}
        isWorking={false}
        onSave={(id) => told.push(`save ${id}`)}
        onGiveUp={(id) => told.push(`give up ${id}`)}
        onClose={() => told.push("close")}
      />
    </IntlProvider>,
  );
  const rows = () => [...document.querySelectorAll<HTMLElement>("[role=dialog] li")];
  const buttons = (row: number) => [...(rows()[row]?.querySelectorAll("button") ?? [])];
  await vi.waitFor(() => expect(rows()).toHaveLength(2));
  for (const text of ["Scan.zip", "Exhibits", en.errors.NotAllowed]) {
    expect(rows()[0]?.textContent).toContain(text);
  }
  expect(rows()[1]?.textContent).toContain(en.files.setAside.inUnknown);
  expect(buttons(0)).toHaveLength(2);
  // Words alone are nothing that could be saved.
  expect(buttons(1)).toHaveLength(1);
  buttons(0)[0]?.click();
  expect(told).toEqual(["save 1"]);
  buttons(1)[0]?.click();
  await vi.waitFor(() => expect(rows()[1]?.textContent).toContain(en.files.setAside.undone));
  expect(told).toEqual(["save 1"]);
  buttons(1).at(-1)?.click();
  expect(told).toEqual(["save 1", "give up 2"]);
  root.unmount();
  place.remove();
});
