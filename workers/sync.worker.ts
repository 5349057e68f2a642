import { createAuditPart } from "#client/audit/create-audit-part.ts";
import { createBrowserTransfer } from "#client/transfer/browser-transfer.ts";
import { browserFetch } from "#client/transport/browser-fetch.ts";
import { loadVerifier } from "#client/worker/load-verifier.ts";
import { serveEngine } from "#client/worker/serve-engine.ts";
import { createProductSuite } from "#crypto/product-suite.ts";
import { verifyEvidence } from "#verifier/verify-evidence.ts";

/** Composition root of the device engine: everything about keys, logs, transfers and checks runs behind it. */
serveEngine({
  createSuite: createProductSuite,
  createTransfer: createBrowserTransfer,
  createAudit: (host, ledgerEngine) =>
    createAuditPart(host, {
      verifyEvidence,
      fetchVerifier: () => loadVerifier(browserFetch, self.location.origin, Date.now),
      ledgerEngine,
    }),
});
