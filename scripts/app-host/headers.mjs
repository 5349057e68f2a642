const CONTENT_TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** Features a file store never uses; the camera is left for reading a teammate's code. */
const PERMISSIONS_POLICY = [
  "accelerometer=()",
  "autoplay=(self)",
  "browsing-topics=()",
  "camera=(self)",
  "display-capture=()",
  "encrypted-media=()",
  "fullscreen=(self)",
  "gamepad=()",
  "geolocation=()",
  "gyroscope=()",
  "hid=()",
  "identity-credentials-get=()",
  "idle-detection=()",
  "local-fonts=()",
  "magnetometer=()",
  "microphone=()",
  "midi=()",
  "otp-credentials=()",
  "payment=()",
  "picture-in-picture=()",
  "publickey-credentials-create=(self)",
  "publickey-credentials-get=(self)",
  "screen-wake-lock=()",
  "serial=()",
  "usb=()",
  "xr-spatial-tracking=()",
].join(", ");

/**
 * The response headers of one path of the app.
 *
 * @param {string} pathname decoded, beginning with a slash, naming a file
 * @param {readonly string[]} connectOrigins from deployment.json
 * @returns {Record<string, string>}
 */
export function headersFor(pathname, connectOrigins) {
  const extension = /\.[a-z0-9]+$/.exec(pathname)?.[0] ?? "";
  const isHtml = extension === ".html";
  const isPreview = pathname.startsWith("/preview/");
  return {
    "Content-Type": contentType(extension),
    "Content-Security-Policy": isPreview ? previewPolicy() : pagePolicy(connectOrigins, isHtml),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    // The preview frame has an opaque origin, so even its own script is cross-origin to it.
    "Cross-Origin-Resource-Policy": isPreview ? "cross-origin" : "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    // A module script of the frame is fetched with CORS, from the origin "null".
    ...(isPreview && { "Access-Control-Allow-Origin": "*" }),
    "Cache-Control": isHashed(pathname) ? "public, max-age=31536000, immutable" : "no-cache",
  };
}

/** @param {readonly string[]} connectOrigins @param {boolean} isHtml */
function pagePolicy(connectOrigins, isHtml) {
  const directives = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self'",
    ["connect-src 'self'", ...connectOrigins].join(" "),
    "worker-src 'self'",
    "frame-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  // On a script response the same two directives would bind the worker made from it, and the bundler's
  // workers load their parts with importScripts before any policy of their own exists.
  if (isHtml) directives.push("require-trusted-types-for 'script'", "trusted-types default");
  return directives.join("; ");
}

/** Previews parse hostile files: an opaque origin, and no way out to the network. */
function previewPolicy() {
  return [
    "sandbox allow-scripts",
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src blob: data:",
    "media-src blob:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "connect-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join("; ");
}

/** @param {string} extension */
function contentType(extension) {
  return Object.hasOwn(CONTENT_TYPES, extension)
    ? CONTENT_TYPES[/** @type {keyof typeof CONTENT_TYPES} */ (extension)]
    : "application/octet-stream";
}

/** @param {string} pathname */
function isHashed(pathname) {
  // The bundler names chunks, media, inline and boot scripts by their content; its build manifests sit
  // under the fixed build id and do change.
  return (
    /^\/_next\/static\/(?:chunks|media|inline)\//.test(pathname) ||
    /^\/(?:_next\/static\/boot|preview\/frame)-/.test(pathname)
  );
}
