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
import { jsonReply, type Call, type Handler, type Reply } from './reply.js';

/** Finds who answers. */
export type Route = (method: string, path: string) => (call: Omit<Call, 'params'>) => Reply | Promise<Reply>;

type RouteEntry = readonly [method: string, path: string, handler: Handler];

/** The table of all routes, in the order in which they are tried. */
export function createRouter(desk: SandboxContext): Route {
  return routeBy([
    ['POST', '/api/payment', createPaymentHandler(desk)],
    ['POST', '/api/payment/:orderId/qrcode/refresh', refreshQrHandler(desk)],
    ['GET', '/api/order', listOrdersHandler(desk)],
    ['GET', '/api/order/:orderId', findOrderHandler(desk)],
    ['POST', '/api/refund', createRefundHandler(desk)],
    ['GET', '/api/refund/:refundId', findRefundHandler(desk)],
    ['GET', '/', indexHandler(desk)],
    ['GET', '/3ds/challenge', showChallengeHandler(desk)],
    ['POST', '/3ds/challenge', decideChallengeHandler(desk)],
    ['GET', '/wallet/:token', showWalletHandler(desk)],
    ['POST', '/wallet/:token', payWalletHandler(desk)],
    ['GET', '/wallet/:token/qr.png', walletPngHandler(desk)],
    ['GET', '/wallet/:token/qr.svg', walletSvgHandler(desk)],
    ['GET', '/bank', bankVisitHandler],
    ['POST', '/bank', bankHandler(desk)],
    ['GET', '/assets/hosted-pages.css', styleHandler],
    ['GET', '/assets/pays-on-opening.js', paysOnOpeningScriptHandler],
    ['GET', '/sandbox/ledger', readLedgerHandler(desk)],
    ['DELETE', '/sandbox/ledger', clearLedgerHandler(desk)],
    ['GET', '/sandbox/events', listEventsHandler(desk)],
    ['GET', '/sandbox/faults', readFaultsHandler(desk)],
    ['POST', '/sandbox/faults', setFaultsHandler(desk)],
    ['DELETE', '/sandbox/faults', resetFaultsHandler(desk)],
  ]);
}

function routeBy(entries: readonly RouteEntry[]): Route {
  const compiled = entries.map(([method, path, handler]) => ({ method, pattern: toPattern(path), handler }));
  return (method, path) => {
    const wanted = method === 'HEAD' ? 'GET' : method;
    for (const entry of compiled) {
      const match = entry.method === wanted ? entry.pattern.exec(path) : null;
      if (match !== null) return (call) => entry.handler({ ...call, params: decodeParams(match.groups) });
    }
    const allowed = compiled.filter(({ pattern }) => pattern.test(path)).map((entry) => entry.method);
    return () => (allowed.length === 0 ? NOT_FOUND : methodNotAllowed(allowed));
  };
}

/** `/api/order/:orderId` becomes a pattern whose group `orderId` takes one segment of a path. */
function toPattern(path: string): RegExp {
  const source = path.replace(/[.]/g, '\\.').replace(/:(\w+)/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}$`);
}

/** Segments are ids and tokens of plain characters; one that can't be decoded names nothing. */
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

const NOT_FOUND = jsonReply(404, { code: 404, msg: 'There is nothing at this path.', data: null });

function methodNotAllowed(allowed: readonly string[]): Reply {
  const msg = `This path takes ${allowed.join(', ')}.`;
  const reply = jsonReply(405, { code: 405, msg, data: null });
  return reply.kind === 'answer' ? { ...reply, headers: { ...reply.headers, allow: allowed.join(', ') } } : reply;
}
