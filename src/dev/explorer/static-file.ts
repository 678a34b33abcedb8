import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { HttpResponse, HttpContext } from '../../http/transport/http-context.js';

/** A file of ours or of a library, ready to be served. */
export interface StaticFile {
  readonly content: Buffer;
  readonly contentType: string;
  /** Changes with the content. */
  readonly hash: string;
}

/** The folder of package.json: two levels above `src/http` and `dist/http` alike. */
export const PACKAGE_ROOT = join(__dirname, '../../..');

/** A year, the longest that caches are asked to keep anything. */
const FOREVER = 'public, max-age=31536000, immutable';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** Throws where there is no such file. The path comes from a list of ours, never from a request. */
export async function readStaticFile(path: string): Promise<StaticFile> {
  const content = await readFile(path);
  return {
    content,
    contentType: CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
    hash: createHash('sha256').update(content).digest('hex').slice(0, 16),
  };
}

/** Answers with the file, or with 304 where the browser has it. An address that names the content (`?v=<hash>`) may be kept forever. */
export function fileResponse(
  { request, search }: HttpContext,
  { content, contentType, hash }: StaticFile,
): HttpResponse {
  const etag = `"${hash}"`;
  const headers = {
    'content-type': contentType,
    'cache-control': search === `?v=${hash}` ? FOREVER : 'no-cache',
    etag,
  };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: '' };
  return { status: 200, headers, body: content };
}

export function htmlResponse(html: string, policy: string): HttpResponse {
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': policy,
    },
    body: html,
  };
}

/** Makes a text safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
