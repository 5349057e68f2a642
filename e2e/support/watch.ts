import type { Page } from "@playwright/test";

declare global {
  /** Given to the page by `watchPage`. */
  function reportPolicyViolation(text: string): Promise<void>;
}

/** What must stay empty during every journey. */
export interface PageWatch {
  readonly violations: readonly string[];
  readonly foreignRequests: readonly string[];
  readonly pageErrors: readonly string[];
}

/**
 * Records content-policy violations (heard by the page's own code, so that everything counts that the page
 * does), requests to origins outside the allowed list, and uncaught errors. Call before the first `goto`.
 */
export async function watchPage(page: Page, allowedOrigins: readonly string[]): Promise<PageWatch> {
  const violations: string[] = [];
  const foreignRequests: string[] = [];
  const pageErrors: string[] = [];
  await page.exposeFunction("reportPolicyViolation", (text: string) => violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const { effectiveDirective, blockedURI, sample, sourceFile } = event;
      void reportPolicyViolation([effectiveDirective, blockedURI, sample, sourceFile].join(" "));
    });
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isLocal = url.protocol === "blob:" || url.protocol === "data:";
    if (!isLocal && !allowedOrigins.includes(url.origin)) foreignRequests.push(request.url());
  });
  page.on("pageerror", (error) => pageErrors.push(error.message));
  return { violations, foreignRequests, pageErrors };
}
