import { jsonResponse, type HttpResponse } from '../http.js';

/** A business refusal: HTTP 200 with another code than 200. */
export interface Refusal {
  readonly code: number;
  readonly msg: string;
}

export const AMOUNT_INCORRECT: Refusal = { code: 90101206, msg: 'The amount or currency is incorrect.' };
export const TIMESTAMP_REFUSED: Refusal = { code: 80102212, msg: 'The X-Timestamp header is missing or stale.' };
export const ORDER_NOT_FOUND: Refusal = { code: 404, msg: 'ORDER_NOT_FOUND' };
export const BAD_JSON: Refusal = { code: 400, msg: 'The body is not a JSON object.' };

export function successResponse(data: unknown): HttpResponse {
  return jsonResponse(200, { code: 200, msg: 'success', data });
}

export function refusalResponse({ code, msg }: Refusal): HttpResponse {
  return jsonResponse(200, { code, msg, data: null });
}

export function wrongInput(msg: string): Refusal {
  return { code: 400, msg };
}
