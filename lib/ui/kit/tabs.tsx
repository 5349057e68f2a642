import type { ReactNode } from "react";
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from "react-aria-components";
import { focusRing } from "./button.tsx";
import { classNames } from "./class-names.ts";

export interface TabItem {
  readonly id: string;
  readonly label: string;
  readonly content: ReactNode;
}

export function Tabs(props: { readonly label: string; readonly items: readonly TabItem[] }) {
  return (
    <AriaTabs className="flex flex-col">
      <TabList aria-label={props.label} className="flex gap-5 border-b border-line">
        {props.items.map((item) => (
          <Tab
            key={item.id}
            id={item.id}
            className={classNames(
              "-mb-px cursor-default rounded-t-sm border-b-2 border-transparent py-2.5 text-sm font-medium text-muted transition-colors",
              "data-hovered:text-text data-selected:border-accent data-selected:text-text",
              focusRing,
            )}
          >
            {item.label}
          </Tab>
        ))}
      </TabList>
      {props.items.map((item) => (
        <TabPanel key={item.id} id={item.id} className={classNames("pt-4", focusRing)}>
          {item.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
