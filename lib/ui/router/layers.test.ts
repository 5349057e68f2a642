import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLayerStack } from "./layers.ts";

/** The browser's session history of one document: entries with an address and a state, and steps that come later. */
class SessionHistory {
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #steps: (() => void)[] = [];
  entries: { readonly address: string; readonly state: unknown }[] = [{ address: "a", state: null }];
  at = 0;
  get state(): unknown {
    return this.entries[this.at]?.state;
  }
  get address(): string {
    return this.entries[this.at]?.address ?? "";
  }
  pushState(state: unknown): void {
    this.#push(this.address, state);
  }
  replaceState(state: unknown): void {
    this.entries[this.at] = { address: this.address, state };
  }
  go(by: number): void {
    this.#steps.push(() => {
      if (this.entries[this.at + by] === undefined) return;
      this.at += by;
      this.#tell();
    });
  }
  followLink(address: string): void {
    this.#push(address, null);
    this.#tell();
  }
  /** Steps taken, and what they ask for in turn. */
  settle(): void {
    for (let step = this.#steps.shift(); step; step = this.#steps.shift()) step();
  }
  listen(listener: (event: Event) => void): void {
    this.#listeners.add(listener);
  }
  #tell(): void {
    for (const listener of this.#listeners) listener(new Event("popstate"));
  }
  #push(address: string, state: unknown): void {
    this.entries = [...this.entries.slice(0, this.at + 1), { address, state }];
    this.at += 1;
  }
}

/** A page with named layers; `open` lists those that are open, the topmost last. */
function createPage(history = new SessionHistory()) {
  const soon: (() => void)[] = [];
  const view = {
    history,
    addEventListener: (_type: "popstate", listener: (event: Event) => void) => history.listen(listener),
    removeEventListener: () => undefined,
  };
  const stack = createLayerStack(view, (work) => soon.push(work));
  stack.watch();
  let open: readonly { readonly name: string; readonly remove: () => void }[] = [];
  const settle = (): void => {
    for (let round = 0; round < 20; round++) {
      for (const work of soon.splice(0)) work();
      history.settle();
    }
  };
  const closeLayer = (name: string) => {
    const closed = open.find((layer) => layer.name === name);
    open = open.filter((layer) => layer !== closed);
    closed?.remove();
  };
  const act = (work: () => void) => {
    work();
    settle();
  };
  settle();
  return {
    history,
    openNames: () => open.map(({ name }) => name),
    open: (name: string) =>
      act(() => {
        const remove = stack.open(() => closeLayer(name));
        open = [...open, { name, remove }];
      }),
    close: (name: string) => act(() => closeLayer(name)),
    swap: (from: string, to: string) =>
      act(() => {
        closeLayer(from);
        const remove = stack.open(() => closeLayer(to));
        open = [...open, { name: to, remove }];
      }),
    back: () => act(() => history.go(-1)),
    forward: () => act(() => history.go(1)),
    link: (address: string) => act(() => history.followLink(address)),
  };
}

describe("back and forward over layers", () => {
  it("closes the topmost layer first and leaves the screen where it is", () => {
    const page = createPage();
    page.link("b");
    page.open("drawer");
    page.open("rename");
    page.back();
    expect([page.history.address, page.openNames()]).toEqual(["b", ["drawer"]]);
    page.back();
    expect([page.history.address, page.openNames()]).toEqual(["b", []]);
    page.back();
    expect(page.history.address).toBe("a");
  });

  it("reopens nothing by going forward, and reaches what lies behind", () => {
    const page = createPage();
    page.open("rename");
    page.back();
    page.forward();
    expect([page.history.address, page.openNames()]).toEqual(["a", []]);
    page.open("drawer");
    page.link("b");
    expect(page.openNames()).toEqual([]);
    page.back();
    expect(page.history.address).toBe("a");
    page.forward();
    expect(page.history.address).toBe("b");
  });

  it("needs no press of back for a dialog that was closed by itself", () => {
    const page = createPage();
    page.link("b");
    page.open("rename");
    page.close("rename");
    page.back();
    expect(page.history.address).toBe("a");
  });

  it("leaves one entry where a menu gives way to a dialog", () => {
    const page = createPage();
    page.link("b");
    page.open("menu");
    page.swap("menu", "rename");
    page.back();
    expect([page.history.address, page.openNames()]).toEqual(["b", []]);
    page.back();
    expect(page.history.address).toBe("a");
  });

  it("starts without layers after a reload in the middle of one", () => {
    const page = createPage();
    page.link("b");
    page.open("rename");
    const reloaded = createPage(page.history);
    expect([reloaded.history.address, reloaded.openNames()]).toEqual(["b", []]);
    reloaded.back();
    expect(reloaded.history.address).toBe("a");
  });

  it("ends with as many entries over the screen as layers are open, whatever was pressed", () => {
    const step = fc.oneof(
      fc.constantFrom("back", "forward"),
      fc.record({ link: fc.constantFrom("a", "b", "c") }),
      fc.record({ open: fc.constantFrom("x", "y", "z") }),
      fc.record({ close: fc.constantFrom("x", "y", "z") }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const page = createPage();
        for (const now of steps) {
          if (now === "back") {
            const [opened, address] = [page.openNames(), page.history.address];
            page.back();
            if (opened.length > 0) {
              expect(page.openNames()).toEqual(opened.slice(0, -1));
              expect(page.history.address).toBe(address);
            }
          } else if (now === "forward") {
            const opened = page.openNames();
            page.forward();
            expect(opened).toEqual(expect.arrayContaining([...page.openNames()]));
          } else if ("link" in now) {
            page.link(now.link);
            expect([page.history.address, page.openNames()]).toEqual([now.link, []]);
          } else if ("open" in now) {
            if (!page.openNames().includes(now.open)) page.open(now.open);
          } else page.close(now.close);
          expect(page.history.state).toEqual(expect.objectContaining({ layers: page.openNames().length }));
        }
      }),
    );
  });
});
