"use client";

import { useState } from "react";
import { checkThisBrowser } from "#ui/browser-check/run.ts";

export function Product() {
  const [result, setResult] = useState("");
  return (
    <main className="p-6">
      <button type="button" onClick={() => void checkThisBrowser().then((r) => setResult(JSON.stringify(r)))}>
        Check this browser
      </button>
      <output>{result}</output>
    </main>
  );
}
