import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { HttpResponse, HttpContext } from '../../http/transport/http-context.js';
import { notFound, type Routes } from '../../http/transport/route.js';
import { pagePolicy } from '../../http/edge/security-headers.js';
import { fileResponse, PACKAGE_ROOT, readStaticFile } from './static-file.js';

const CHECKOUT_FOLDER = join(PACKAGE_ROOT, 'examples/checkout');
const ASSETS_PATH = '/demo/assets/';
const ASSET_TYPES = ['.js', '.css', '.svg'];

/** The demo checkout: plain files, read afresh for each request so that people can edit them. */
export function createCheckoutRoutes(sandboxUrl: string | null): Routes {
  const page = (name: string) => async (context: HttpContext) => {
    const answer = fileResponse(context, await readStaticFile(join(CHECKOUT_FOLDER, name)));
    return { ...answer, headers: { ...answer.headers, 'content-security-policy': checkoutPolicy(sandboxUrl) } };
  };
  return {
    exact: { '/demo': { GET: page('index.html') }, '/demo/return': { GET: page('return.html') } },
    folders: {},
  };
}

export function createAssetRoutes(): Routes {
  return { exact: {}, folders: { [ASSETS_PATH]: { GET: answerAsset } } };
}

/** QR images come from the provider or as data; forms go to the payer's bank, which sends the payer back here. */
function checkoutPolicy(sandboxUrl: string | null): string {
  const sandbox = sandboxUrl === null ? '' : ` ${new URL(sandboxUrl).origin}`;
  return pagePolicy({
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': `'self' data: https:${sandbox}`,
    'connect-src': "'self'",
    'form-action': `'self' https:${sandbox}`,
  });
}

/** The name is looked up in the folder's list, so no path from a request reaches the file system. */
async function answerAsset(context: HttpContext): Promise<HttpResponse> {
  const asked = context.path.slice(ASSETS_PATH.length);
  const name = (await readdir(CHECKOUT_FOLDER)).find(
    (entry) => entry === asked && ASSET_TYPES.includes(extname(entry)),
  );
  if (name === undefined) throw notFound();
  return fileResponse(context, await readStaticFile(join(CHECKOUT_FOLDER, name)));
}
