import { readFileSync } from 'node:fs';
import { isLoopback } from '../shared/net/loopback.js';
import { StartError } from '../shared/start-error.js';
import { parseUrl } from '../shared/net/url.js';
import { CHOICES, INTEGERS, type ChoiceName, type IntegerName, type IntegerRule } from './settings.js';

/** Broken rules of settings. Each sentence names the variable and the rule, never the value. */
export class ConfigError extends StartError {
  override readonly name = 'ConfigError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

const brokenRules = new WeakMap<Environment, Set<string>>();

/** Reads all settings. Throws a ConfigError with the sentences of all broken rules. */
export function readWhole<T>(env: Environment, read: () => T): T {
  const sentences = new Set<string>();
  brokenRules.set(env, sentences);
  try {
    const settings = read();
    if (sentences.size === 0) return settings;
  } finally {
    brokenRules.delete(env);
  }
  throw new ConfigError(toMessage([...sentences]));
}

function toMessage(sentences: readonly string[]): string {
  return sentences.length === 1 ? sentences.join() : ['The settings have to be put right:', ...sentences].join('\n- ');
}

/** Refuses a setting. Within `readWhole`, reading goes on with a value that breaks no other rule. */
export function refuse<T>(env: Environment, sentence: string, standIn: T): T {
  const sentences = brokenRules.get(env);
  if (sentences === undefined) throw new ConfigError(sentence);
  sentences.add(sentence);
  return standIn;
}

export function text(env: Environment, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? null : value;
}

export function list(env: Environment, name: string): string[] {
  return toList(text(env, name) ?? '');
}

export function toList(value: string): string[] {
  return value.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]));
}

export function integer(env: Environment, name: IntegerName, rule: IntegerRule = INTEGERS[name]): number {
  const { fallback, min, max } = rule;
  const value = text(env, name);
  if (value === null) return fallback;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max)
    return refuse(env, `${name} must be a whole number from ${min} to ${max}.`, fallback);
  return number;
}

export function oneOf<K extends ChoiceName>(env: Environment, name: K): (typeof CHOICES)[K][number] | null {
  const value = text(env, name);
  if (value === null) return null;
  const allowed: readonly (typeof CHOICES)[K][number][] = CHOICES[name];
  const found = allowed.find((candidate) => candidate === value);
  return found ?? refuse(env, `${name} must be one of ${allowed.join(', ')}.`, null);
}

export function origins(env: Environment, name: string): string[] {
  const urls = list(env, name).map(parseUrl);
  if (urls.every(isOrigin)) return urls.map(({ origin }) => origin);
  return refuse(env, `${name} must list origins such as https://shop.example, separated by commas.`, []);
}

function isOrigin(url: URL | null): url is URL {
  return url !== null && isWeb(url) && !url.hostname.includes('*') && url.href === `${url.origin}/`;
}

export function parseSafeUrl(value: string): URL | null {
  const url = parseUrl(value);
  const isUsable = url !== null && isWeb(url) && isSafe(url) && url.username === '' && url.password === '';
  return isUsable ? url : null;
}

export function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || isLoopback(hostname);
}

function isWeb({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:';
}

/** A secret given as itself or, in NAME_FILE, by the path of a file that a secret manager keeps up to date. */
export interface Secret {
  readonly value: string;
  readonly file: string | null;
}

const REFUSED_SECRET: Secret = { value: 'x'.repeat(64), file: null };

export function secret(env: Environment, name: string): Secret | null {
  const value = text(env, name);
  const file = text(env, `${name}_FILE`);
  if (value !== null && file !== null) return refuse(env, `Set ${name} or ${name}_FILE, not both.`, REFUSED_SECRET);
  if (file !== null) return readSecretFile(env, `${name}_FILE`, file);
  return value === null ? null : { value, file: null };
}

export function secrets(env: Environment, name: string, minLength: number): Secret | null {
  const given = secret(env, name);
  if (given === null) return null;
  const entries = toList(given.value);
  if (entries.length === 0) return refuse(env, `${name} lists no secret.`, REFUSED_SECRET);
  if (!entries.every(({ length }) => length >= minLength))
    return refuse(env, `${name} must have at least ${minLength} characters.`, REFUSED_SECRET);
  return given;
}

function readSecretFile(env: Environment, name: string, file: string): Secret {
  let content: string;
  try {
    content = readFileSync(file, 'utf8').trim();
  } catch {
    return refuse(env, `${name} names a file that can not be read.`, REFUSED_SECRET);
  }
  if (content === '') return refuse(env, `${name} names a file that is empty.`, REFUSED_SECRET);
  return { value: content, file };
}
