"use client";

import { Product } from "#ui/product.tsx";
import packageInfo from "../package.json" with { type: "json" };
import { startEngine } from "./engine.ts";

export function App() {
  return <Product version={packageInfo.version} startEngine={startEngine} />;
}
