import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

type CloseWithConnection = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Of pipelined requests, node:http tells the end of their connection to the one that is being answered only.
 * What is kept for the others would be kept until the process ends, and a shutdown would wait for them.
 */
export function createCloseWithConnection(): CloseWithConnection {
  const open = new WeakMap<Duplex, Set<ServerResponse>>();

  function watch(connection: Duplex): Set<ServerResponse> {
    const responses = new Set<ServerResponse>();
    open.set(connection, responses);
    connection.once('close', () => {
      responses.forEach(closeUnstarted);
    });
    return responses;
  }

  return ({ socket }, response) => {
    const responses = open.get(socket) ?? watch(socket);
    responses.add(response);
    response.once('close', () => responses.delete(response));
  };
}

function closeUnstarted(response: ServerResponse): void {
  if (response.socket !== null) return;
  response.destroy();
  response.emit('close');
}
