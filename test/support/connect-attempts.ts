import { Socket, type TcpNetConnectOpts } from 'node:net';

/** How long each connection of this process to the port gives an address before it tries the next, until mocks are restored. */
export function watchAttemptTimeouts(): (port: string) => (number | undefined)[] {
  const connect = jest.spyOn(Socket.prototype, 'connect');
  return (port) => {
    const options = connect.mock.calls.map(([normalized]) => (normalized as unknown as [TcpNetConnectOpts])[0]);
    return options.filter((term) => String(term.port) === port).map((term) => term.autoSelectFamilyAttemptTimeout);
  };
}
