import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib';

export type DecodedBody =
  | { readonly kind: 'decoded'; readonly bytes: Buffer }
  /** More than the bound, so that a small answer can not fill the memory. */
  | { readonly kind: 'tooLarge' }
  /** A coding that is not known, or bytes that are not in it. */
  | { readonly kind: 'undecodable' };

type Decoder = (bytes: Buffer, options: ZlibOptions) => Buffer;

/** The registered codings of RFC 9110 §8.4.1, and brotli. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflate],
  ['br', brotliDecompressSync],
]);
/** One of the provider and one of a proxy on the way; each more is work without a reason. */
const MOST_CODINGS = 2;

/** Undoes the codings of a Content-Encoding header, the last one first, each within `maxBytes`. Never throws. */
export function decodeBody(bytes: Buffer, contentEncoding: string, maxBytes: number): DecodedBody {
  const applied = contentEncoding.toLowerCase().split(/[\s,]+/).filter(isApplied).reverse(); // prettier-ignore
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

/** By the standard it is in zlib's form, but some servers leave that out (RFC 9110 §8.4.1.2). */
function inflate(bytes: Buffer, options: ZlibOptions): Buffer {
  const isZlib = bytes.length >= 2 && ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
  return isZlib ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
}
