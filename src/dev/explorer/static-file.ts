import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { HttpResponse, HttpContext } from '../../http/transport/http-context.js';

export interface StaticFile {
  readonly content: Buffer;
  readonly contentType: string;
  readonly hash: string;
}

/** The folder of package.json, three levels above both `src/dev/explorer` and `dist/dev/explorer`. */
export const PACKAGE_ROOT = join(__dirname, '../../..');

const FOREVER = 'public, max-age=31536000, immutable';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

export async function readStaticFile(path: string): Promise<StaticFile> {
  const content = await readFile(path);
  return {
    content,
    contentType: CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
    hash: createHash('sha256').update(content).digest('hex').slice(0, 16),
  };
}

/** Answers 304 where the browser has the file. An address that names its content (`?v=<hash>`) is cached forever. */
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

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
