import { BlockList, isIP } from 'node:net';
import { refuse, text, type Environment } from './environment.js';
import { parseUrl } from '../shared/net/url.js';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'https:': ['https_proxy', 'HTTPS_PROXY'],
  'http:': ['http_proxy', 'HTTP_PROXY'],
};

export function readProxy(env: Environment, target: string): URL | null {
  const url = new URL(target);
  const name = NAMES[url.protocol]?.find((candidate) => text(env, candidate) !== null);
  const value = name === undefined ? null : text(env, name);
  const exceptions = text(env, 'no_proxy') ?? text(env, 'NO_PROXY') ?? '';
  if (name === undefined || value === null || isExcepted(url, exceptions)) return null;
  const proxy = parseUrl(value.includes('://') ? value : `http://${value}`);
  if (proxy !== null && isHttp(proxy) && areCredentialsReadable(proxy)) return proxy;
  return refuse(
    env,
    `${name} must be the http or https URL of a proxy, such as http://proxy.example:3128; ` +
      'credentials in it are percent-encoded.',
    null,
  );
}

function isHttp({ protocol, hostname }: URL): boolean {
  return (protocol === 'http:' || protocol === 'https:') && hostname !== '';
}

function areCredentialsReadable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** NO_PROXY: hosts with their subdomains, perhaps a port; addresses; networks such as 10.0.0.0/8; or `*`. */
function isExcepted({ hostname, port, protocol }: URL, exceptions: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const hostPort = port === '' ? String(protocol === 'https:' ? 443 : 80) : port;
  return exceptions.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    if (entry.includes('/')) return isInNetwork(host, entry);
    const [, name = '', entryPort = hostPort] =
      isIP(entry) === 0 ? (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []) : ['', entry];
    const excepted = name.replace(/^\*?\.|^\[|\]$/g, '').toLowerCase();
    return entryPort === hostPort && excepted !== '' && (host === excepted || host.endsWith(`.${excepted}`));
  });
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const isNetwork = isIP(address) !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 'ipv6' ? 128 : 32);
  if (!isNetwork || isIP(host) !== isIP(address)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return list.check(host, family);
}
