/** Small documents, each with one thing that readers of PDF have trouble with. */

/** A document of these objects (number 1 is the catalog); text that is a `Buffer` stands as it is. */
function pdfOf(objects: readonly (string | Buffer)[], trailer = ""): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.5\n")];
  let length = parts[0]?.length ?? 0;
  const offsets = objects.map((object, index) => {
    const offset = length;
    const bytes = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj`),
      Buffer.from(object),
      Buffer.from("\nendobj\n"),
    ]);
    parts.push(bytes);
    length += bytes.length;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const size = objects.length + 1;
  parts.push(
    Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${offsets.join("")}`),
    Buffer.from(`trailer<</Root 1 0 R/Size ${size}${trailer}>>\nstartxref\n${length}\n%%EOF`),
  );
  return Buffer.concat(parts);
}

function stream(dictionary: string, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([
    Buffer.from(`<</Length ${bytes.length}${dictionary}>>stream\n`),
    bytes,
    Buffer.from("\nendstream"),
  ]);
}

/** One page of 200 × 100 points with this content, and one resource: object 5, then what it refers to. */
function onePage(
  content: string,
  resources: string,
  objects: readonly (string | Buffer)[],
  box = "0 0 200 100",
): Buffer {
  return pdfOf([
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[${box}]/Contents 4 0 R/Resources<<${resources}>>>>`,
    stream("", content),
    ...objects,
  ]);
}

/** The word "Holdfast" in a font that the document does not bring. */
export function textPdf(box?: string): Buffer {
  const content = "BT /F 24 Tf 20 40 Td (Holdfast) Tj ET";
  return onePage(content, "/Font<</F 5 0 R>>", ["<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"], box);
}

/** A page without a mark. */
export function blankPdf(): Buffer {
  return onePage("", "", []);
}

export function pdfOfPages(count: number): Buffer {
  const kids = Array.from({ length: count }, (_, index) => `${index + 5} 0 R`).join(" ");
  const page =
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 3 0 R/Resources<</Font<</F 4 0 R>>>>>>";
  return pdfOf([
    "<</Type/Catalog/Pages 2 0 R>>",
    `<</Type/Pages/Kids[${kids}]/Count ${count}>>`,
    stream("", "BT /F 24 Tf 20 40 Td (Holdfast) Tj ET"),
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ...Array.from({ length: count }, () => page),
  ]);
}

/** An image of this filter drawn over the whole page. */
function imagePdf(dictionary: string, bytes: Buffer): Buffer {
  return onePage("q 200 0 0 100 0 0 cm /I Do Q", "/XObject<</I 5 0 R>>", [
    stream(`/Type/XObject/Subtype/Image${dictionary}`, bytes),
  ]);
}

/** As scanners and fax machines write: a black square, ITU-T T.6. */
export function faxPdf(): Buffer {
  const parameters = "/DecodeParms<</K -1/Columns 64/Rows 64>>";
  const dictionary = `/Width 64/Height 64/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode${parameters}`;
  return imagePdf(dictionary, Buffer.from("/zMGv///////////////+P///wAQAQ==", "base64"));
}

/** As archives scan books: a dark square on white, JPEG 2000. */
export function jpeg2000Pdf(): Buffer {
  return imagePdf("/Width 32/Height 32/Filter/JPXDecode", Buffer.from(JPEG_2000, "base64"));
}

/** An image whose decoder finds nothing to decode. */
export function brokenImagePdf(): Buffer {
  return imagePdf("/Width 32/Height 32/Filter/JPXDecode", Buffer.from("no image"));
}

/** Japanese in Shift JIS, which only a character map of the reader's makes characters of. */
export function shiftJisPdf(): Buffer {
  return onePage("BT /F 24 Tf 20 40 Td <93FA967B8CEA> Tj ET", "/Font<</F 5 0 R>>", [
    "<</Type/Font/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/90ms-RKSJ-H/DescendantFonts[6 0 R]>>",
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/Ryumin-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>/FontDescriptor 7 0 R>>",
    "<</Type/FontDescriptor/FontName/Ryumin-Light/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>",
  ]);
}

/** `textPdf()` under the password "open". */
export function lockedPdf(): Buffer {
  return Buffer.from(LOCKED, "base64");
}

const LOCKED =
  "JVBERi0xLjUKJb/3ov4KMSAwIG9iago8PCAvUGFnZXMgMiAwIFIgL1R5cGUgL0NhdGFsb2cgPj4KZW5kb2JqCjIgMCBvYmoKPDwgL0NvdW50IDEgL0tpZHMgWyAzIDAgUiBdIC9UeXBlIC9QYWdlcyA+PgplbmRvYmoKMyAwIG9iago8PCAvQ29udGVudHMgNCAwIFIgL01lZGlhQm94IFsgMCAwIDIwMCAxMDAgXSAvUGFyZW50IDIgMCBSIC9SZXNvdXJjZXMgPDwgL0ZvbnQgPDwgL0YgNSAwIFIgPj4gPj4gL1R5cGUgL1BhZ2UgPj4KZW5kb2JqCjQgMCBvYmoKPDwgL0xlbmd0aCA1NSAvRmlsdGVyIC9GbGF0ZURlY29kZSA+PgpzdHJlYW0KRLiPuENEiDnrH9aIe+4pD0b3TDIT5bAu8MPE3hmWq0whUif2DhMnv7k0dF1Cwxn6+rii8N+2NGVuZHN0cmVhbQplbmRvYmoKNSAwIG9iago8PCAvQmFzZUZvbnQgL0hlbHZldGljYSAvU3VidHlwZSAvVHlwZTEgL1R5cGUgL0ZvbnQgPj4KZW5kb2JqCjYgMCBvYmoKPDwgL0ZpbHRlciAvU3RhbmRhcmQgL0xlbmd0aCA0MCAvTyA8OGVlYjA5NTgxOTY2MmE3NzQ0NDJmYjA3MmUzZDlmMTllOWQxMzBlYzA5YTRkMDA2MWU3OGZlOTIwZjdhYjYyZj4gL1AgLTQgL1IgMiAvVSA8ZjYyMGQ2YjRkYWIxYWExMWEyOGM4NjM1YjUyMDQ4NmFhY2RmMTI0OTExYzkyMWM4YmNkMDBiNjUyZjE4MmQ4ND4gL1YgMSA+PgplbmRvYmoKeHJlZgowIDcKMDAwMDAwMDAwMCA2NTUzNSBmIAowMDAwMDAwMDE1IDAwMDAwIG4gCjAwMDAwMDAwNjQgMDAwMDAgbiAKMDAwMDAwMDEyMyAwMDAwMCBuIAowMDAwMDAwMjUwIDAwMDAwIG4gCjAwMDAwMDAzNzUgMDAwMDAgbiAKMDAwMDAwMDQ0NSAwMDAwMCBuIAp0cmFpbGVyIDw8IC9Sb290IDEgMCBSIC9TaXplIDcgL0lEIFs8OGI0YmZjNzRmMTQ3ZGZiM2I2ZGQwMmIwZTlkYTRhYTk+PDhiNGJmYzc0ZjE0N2RmYjNiNmRkMDJiMGU5ZGE0YWE5Pl0gL0VuY3J5cHQgNiAwIFIgPj4Kc3RhcnR4cmVmCjY1MQolJUVPRgo=";
const JPEG_2000 =
  "AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAAIAAAACAAAQcHAAAAAAAPY29scgEAAAAAABEAAAG5anAyY/9P/1EAKQAAAAAAIAAAACAAAAAAAAAAAAAAACAAAAAgAAAAAAAAAAAAAQcBAf9SAAwAAAABAAAEBAAB/1wABEBA/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS4w/5AACgAAAAABRwAB/5PfhpqAkIcDSW7L0DxdevudPChWLuF2GwPSnFh3OhtZaehYAAAAAwkJf/9efUAAAAAYSEvO+gAAMJCQ1tgMJCLMIGEhI7HgGEhFmEDCQkdjwDCQizCBhISOx4BhIRcEhvAzWZmZm1Ed1iAAAAAYSEe4YMJCMQJGEhI7HgGEhFmEDCQkdjwDCQizCBhISOx4BhIRcEhvAzWZmZm1Ed1iAAAAAYSEe4YMJCMQJGEhI7HgGEhFmEDCQkdjwDCQizCBhISOx4BhIRcEhvAzWZmZm1Ed1iAAAAAYSEe4YMJCMQJGEhI7HgGEhFmEDCQkdjwDCQizCBhISOx4BhIRcEhvAzWZmZm1Ed1iAAAAAYSEe4YMJCMQJGEhI7HgGEhFmEDCQkdjwDCQizCBhISOx4BhIRcEhvAzWZmZm1Ef/9k=";
