import type { Shortfall } from "./message.ts";

/** What pdf.js prints about itself and not about the document. */
const ABOUT_ITSELF =
  /fake worker|renderer worker|RendererWorker|OffscreenCanvas is not supported, cannot save/i;

/**
 * Repairs after which a page looks as it should: programs and hints for fitting glyphs to a coarse grid, which browsers
 * do not run; numbers written oddly; properties, structure and destinations, which nobody draws.
 */
const HARMLESS =
  /^TT:|^CFF stem hints|^Badly formatted number|^Bad value, for|StructTree|GlobalImageCache|DestDictionary|DocumentSignatures/;

const KINDS: readonly (readonly [Shortfall, RegExp])[] = [
  [
    "form",
    /XFA|annotation|widget|field type|field name|field flags|barcode|push button|RichMedia|popup|appearance/i,
  ],
  [
    "font",
    /font|glyph|cmap|charstring|\bCFF|Type1|ToUnicode|CIDToGIDMap|fontCharCode|\bglyf\b|\bloca\b|post table|FDSelect|charsets|fd index|Bidi/i,
  ],
  [
    "image",
    /image|jpx|jbig2|ccitt|jpeg|scan|readDataBlock|SMask|\/Mask|MCU|WasmInstance|JsInstance|colou?r ?space|bits per component|decode map|shading|pattern/i,
  ],
  [
    "damaged",
    /XRef|indexObjects|indexing all|invalid|unterminated|Lexer|getHexString|endobj|startxref|stream|circular|operator|Unknown command|skipping|ignoring/i,
  ],
];

/**
 * What a warning of pdf.js means to a reader: it draws what it can and prints the rest for developers.
 * Undefined for what does not concern the document.
 */
export function shortfallOf(warning: string): Shortfall | undefined {
  if (ABOUT_ITSELF.test(warning) || HARMLESS.test(warning)) return undefined;
  return KINDS.find(([, words]) => words.test(warning))?.[0] ?? "other";
}
