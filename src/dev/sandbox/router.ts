import { createPaymentHandler, refreshQrHandler } from './api/payment.endpoint.js';
import { findOrderHandler, listOrdersHandler } from './api/order.endpoint.js';
import { createRefundHandler, findRefundHandler } from './api/refund.endpoint.js';
import {
  clearLedgerHandler,
  listEventsHandler,
  readFaultsHandler,
  readLedgerHandler,
  resetFaultsHandler,
  setFaultsHandler,
} from './control/control.endpoint.js';
import type { SandboxContext } from './sandbox-context.js';
import { bankHandler, bankVisitHandler } from './pages/bank.page.js';
import { decideChallengeHandler, showChallengeHandler } from './pages/challenge.page.js';
import { indexHandler } from './pages/index.page.js';
import { paysOnOpeningScriptHandler, styleHandler } from './pages/layout/page-files.js';
import { payWalletHandler, showWalletHandler, walletPngHandler, walletSvgHandler } from './pages/wallet.page.js';
import { jsonResponse, type HttpContext, type Handler, type HttpResponse } from './http.js';

export type Route = (
  method: string,
  path: string,
) => (context: Omit<HttpContext, 'params'>) => HttpResponse | Promise<HttpResponse>;

type RouteEntry = readonly [method: string, path: string, handler: Handler];

export function createRouter(sandbox: SandboxContext): Route {
  return routeBy([
    ['POST', '/api/payment', createPaymentHandler(sandbox)],
    ['POST', '/api/payment/:orderId/qrcode/refresh', refreshQrHandler(sandbox)],
    ['GET', '/api/order', listOrdersHandler(sandbox)],
    ['GET', '/api/order/:orderId', findOrderHandler(sandbox)],
    ['POST', '/api/refund', createRefundHandler(sandbox)],
    ['GET', '/api/refund/:refundId', findRefundHandler(sandbox)],
    ['GET', '/', indexHandler(sandbox)],
    ['GET', '/3ds/challenge', showChallengeHandler(sandbox)],
    ['POST', '/3ds/challenge', decideChallengeHandler(sandbox)],
    ['GET', '/wallet/:token', showWalletHandler(sandbox)],
    ['POST', '/wallet/:token', payWalletHandler(sandbox)],
    ['GET', '/wallet/:token/qr.png', walletPngHandler(sandbox)],
    ['GET', '/wallet/:token/qr.svg', walletSvgHandler(sandbox)],
    ['GET', '/bank', bankVisitHandler],
    ['POST', '/bank', bankHandler(sandbox)],
    ['GET', '/assets/hosted-pages.css', styleHandler],
    ['GET', '/assets/pays-on-opening.js', paysOnOpeningScriptHandler],
    ['GET', '/sandbox/ledger', readLedgerHandler(sandbox)],
    ['DELETE', '/sandbox/ledger', clearLedgerHandler(sandbox)],
    ['GET', '/sandbox/events', listEventsHandler(sandbox)],
    ['GET', '/sandbox/faults', readFaultsHandler(sandbox)],
    ['POST', '/sandbox/faults', setFaultsHandler(sandbox)],
    ['DELETE', '/sandbox/faults', resetFaultsHandler(sandbox)],
  ]);
}

function routeBy(entries: readonly RouteEntry[]): Route {
  const compiled = entries.map(([method, path, handler]) => ({ method, pattern: toPattern(path), handler }));
  return (method, path) => {
    const wanted = method === 'HEAD' ? 'GET' : method;
    for (const entry of compiled) {
      const match = entry.method === wanted ? entry.pattern.exec(path) : null;
      if (match !== null) return (context) => entry.handler({ ...context, params: decodeParams(match.groups) });
    }
    const allowed = compiled.filter(({ pattern }) => pattern.test(path)).map((entry) => entry.method);
    return () => (allowed.length === 0 ? NOT_FOUND : methodNotAllowed(allowed));
  };
}

function toPattern(path: string): RegExp {
  const source = path.replace(/[.]/g, '\\.').replace(/:(\w+)/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}$`);
}

function decodeParams(groups: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(groups ?? {}).map(([name, value]) => [name, decodeSegment(value)]));
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}

const NOT_FOUND = jsonResponse(404, { code: 404, msg: 'There is nothing at this path.', data: null });

function methodNotAllowed(allowed: readonly string[]): HttpResponse {
  const msg = `This path takes ${allowed.join(', ')}.`;
  const response = jsonResponse(405, { code: 405, msg, data: null });
  return response.kind === 'answer'
    ? { ...response, headers: { ...response.headers, allow: allowed.join(', ') } }
    : response;
}
