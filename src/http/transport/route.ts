import type { HttpContext, Handler } from './http-context.js';
import { HttpError } from './http-error.js';

export type Route = Readonly<Partial<Record<'GET' | 'POST' | 'OPTIONS', Handler>>>;

export interface Routes {
  readonly exact: Readonly<Record<string, Route>>;
  readonly folders: Readonly<Record<string, Route>>;
}

export function joinRoutes(parts: readonly Routes[]): Routes {
  return {
    exact: Object.fromEntries(parts.flatMap(({ exact }) => Object.entries(exact))),
    folders: Object.fromEntries(parts.flatMap(({ folders }) => Object.entries(folders))),
  };
}

/** Throws HttpError: 404 for a path that is not served, 405 (with Allow) for a method that the path doesn't take. */
export function findHandler(routes: Routes, { path, method }: HttpContext): Handler {
  const route = findRoute(routes, path);
  if (route === null) throw notFound();
  const served = method === 'HEAD' ? 'GET' : method;
  const handler = Object.hasOwn(route, served) ? route[served as keyof Route] : undefined;
  if (handler === undefined) throw methodNotAllowed(route);
  return handler;
}

function findRoute({ exact, folders }: Routes, path: string): Route | null {
  if (Object.hasOwn(exact, path)) return exact[path] ?? null;
  const folder = Object.keys(folders).find((start) => path.startsWith(start));
  return folder === undefined ? null : (folders[folder] ?? null);
}

export function notFound(): HttpError {
  return new HttpError({
    status: 404,
    code: 'NOT_FOUND',
    message: 'Nothing is served at this path. GraphQL is at /graphql.',
  });
}

function methodNotAllowed(route: Route): HttpError {
  const allow = Object.keys(route).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return new HttpError({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    message: `This path takes ${allow.join(', ')} only.`,
    headers: { allow: allow.join(', ') },
  });
}
