import { readFileSync } from 'node:fs';
import { isLoopback } from '../shared/net/loopback.js';
import { StartError } from '../shared/start-error.js';
import { parseUrl } from '../shared/net/url.js';

/** A setting that breaks a rule. The sentence names the variable and the rule, never the value. */
export class ConfigError extends StartError {
  override readonly name = 'ConfigError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Blank counts as not set. */
export function text(env: Environment, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? null : value;
}

export function required(env: Environment, name: string): string {
  const value = text(env, name);
  if (value === null) throw new ConfigError(`${name} is not set.`);
  return value;
}

export function list(env: Environment, name: string): string[] {
  return toList(text(env, name) ?? '');
}

/** The entries of a comma list, blank ones left out. */
export function toList(value: string): string[] {
  return value.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]));
}

export interface IntegerRule {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

export function integer(env: Environment, name: string, { fallback, min, max }: IntegerRule): number {
  const value = text(env, name);
  if (value === null) return fallback;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max)
    throw new ConfigError(`${name} must be a whole number from ${min} to ${max}.`);
  return number;
}

export function oneOf<T extends string>(env: Environment, name: string, allowed: readonly T[]): T | null {
  const value = text(env, name);
  if (value === null) return null;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new ConfigError(`${name} must be one of ${allowed.join(', ')}.`);
  return found;
}

export function origins(env: Environment, name: string): string[] {
  return list(env, name).map((entry) => {
    const url = parseUrl(entry);
    if (url === null || !isWeb(url) || url.hostname.includes('*') || url.href !== `${url.origin}/`)
      throw new ConfigError(`${name} must list origins such as https://shop.example, separated by commas.`);
    return url.origin;
  });
}

/** A URL where what is sent stays between the two: https, or this machine. Null for any other text, and for one with credentials, which nobody would send. */
export function parseSafeUrl(value: string): URL | null {
  const url = parseUrl(value);
  const isUsable = url !== null && isWeb(url) && isSafe(url) && url.username === '' && url.password === '';
  return isUsable ? url : null;
}

/** Whether nobody on the way can read or change what is sent there. */
export function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || isLoopback(hostname);
}

function isWeb({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:';
}

/** A secret given as itself or, in NAME_FILE, by the path of the file that a secret manager keeps up to date. */
export interface Secret {
  readonly value: string;
  /** Null: the value does not change while the process runs. */
  readonly file: string | null;
}

/** Null where neither NAME nor NAME_FILE is set. */
export function secret(env: Environment, name: string): Secret | null {
  const value = text(env, name);
  const file = text(env, `${name}_FILE`);
  if (value !== null && file !== null) throw new ConfigError(`Set ${name} or ${name}_FILE, not both.`);
  if (file !== null) return { value: readSecretFile(file, `${name}_FILE`), file };
  return value === null ? null : { value, file: null };
}

/** A comma list of secrets, each at least that long: guessing must be hopeless. Null where neither NAME nor NAME_FILE is set. */
export function secrets(env: Environment, name: string, minLength: number): Secret | null {
  const given = secret(env, name);
  if (given === null) return null;
  const entries = toList(given.value);
  if (entries.length === 0) throw new ConfigError(`${name} lists no secret.`);
  if (!entries.every(({ length }) => length >= minLength))
    throw new ConfigError(`${name} must have at least ${minLength} characters.`);
  return given;
}

function readSecretFile(file: string, name: string): string {
  let content: string;
  try {
    content = readFileSync(file, 'utf8').trim();
  } catch {
    throw new ConfigError(`${name} names a file that can not be read.`);
  }
  if (content === '') throw new ConfigError(`${name} names a file that is empty.`);
  return content;
}
