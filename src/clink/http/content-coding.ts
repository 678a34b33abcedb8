import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib';

type DecodedBody =
  | { readonly kind: 'decoded'; readonly bytes: Buffer }
  /** More than the bound, so that a small answer can not fill the memory. */
  | { readonly kind: 'tooLarge' }
  /** A coding that is not known, or bytes that are not in it. */
  | { readonly kind: 'undecodable' };

type Decoder = (bytes: Buffer, options: ZlibOptions) => Buffer;

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflate],
  ['br', brotliDecompressSync],
]);
const MOST_CODINGS = 2;

/** Undoes the codings of a Content-Encoding header, each within `maxBytes`. Never throws. */
export function decodeBody(bytes: Buffer, contentEncoding: string, maxBytes: number): DecodedBody {
  const codings = contentEncoding.toLowerCase().split(/[\s,]+/);
  const applied = codings.filter(isApplied).reverse();
  const decoders = applied.flatMap((coding) => DECODERS.get(coding) ?? []);
  if (decoders.length < applied.length || applied.length > MOST_CODINGS) return { kind: 'undecodable' };
  try {
    const decoded = decoders.reduce((coded, decode) => decode(coded, { maxOutputLength: maxBytes }), bytes);
    return { kind: 'decoded', bytes: decoded };
  } catch (error) {
    return { kind: (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'tooLarge' : 'undecodable' };
  }
}

function isApplied(coding: string): boolean {
  return coding !== '' && coding !== 'identity';
}

/** Some servers leave out zlib's header (RFC 9110 §8.4.1.2). */
function inflate(bytes: Buffer, options: ZlibOptions): Buffer {
  const isZlib = bytes.length >= 2 && ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
  return isZlib ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
}
