import { readFileSync } from 'node:fs';
import { buildSchema, isObjectType } from 'graphql';
import { readFieldRules } from '../../../src/graphql/limits/field-rules.js';
import { createPaymentsSubgraph } from '../../../src/graphql/schema.js';
import {
  isAllowed,
  isOwn,
  classifyCustomer,
  ownOrNull,
  readableScope,
  type NamedCustomer,
} from '../../../src/payments/access/access-policy.js';
import { LOCAL_CALLER, type Caller } from '../../../src/payments/access/caller.js';
import { mostFor } from '../../../src/payments/access/per-caller.js';
import type { Payment } from '../../../src/payments/model/payment.js';

const alice: Caller = {
  scope: 'customer:https://issuer.example/|alice',
  customerReference: 'alice',
  may: { read: true, write: true, anyCustomer: false },
};
const shop: Caller = {
  scope: 'client:https://issuer.example/|shop',
  customerReference: null,
  may: { read: true, write: true, anyCustomer: true },
};

interface Case {
  readonly title: string;
  readonly caller: Caller;
  readonly named: NamedCustomer;
  readonly pays: string | null | undefined;
  readonly notAllowed: readonly string[];
}

const CASES: readonly Case[] = [
  { title: 'fills in a person', caller: alice, named: {}, pays: 'alice', notAllowed: [] },
  {
    title: 'takes blanks for nothing',
    caller: alice,
    named: { referenceCustomerId: ' ' },
    pays: 'alice',
    notAllowed: [],
  },
  {
    title: 'takes null for nothing',
    caller: alice,
    named: { referenceCustomerId: null },
    pays: 'alice',
    notAllowed: [],
  },
  {
    title: 'takes a person’s own name',
    caller: alice,
    named: { referenceCustomerId: 'alice' },
    pays: 'alice',
    notAllowed: [],
  },
  {
    title: 'refuses another person’s name',
    ...{ caller: alice, named: { referenceCustomerId: 'bob' }, pays: 'bob', notAllowed: ['referenceCustomerId'] },
  },
  {
    title: 'tells names apart by every character',
    ...{ caller: alice, named: { referenceCustomerId: 'alice ' }, pays: 'alice ', notAllowed: ['referenceCustomerId'] },
  },
  {
    title: 'refuses letters that only look alike',
    ...{ caller: alice, named: { referenceCustomerId: 'аlice' }, pays: 'аlice', notAllowed: ['referenceCustomerId'] },
  },
  {
    title: 'refuses the provider’s id from a person',
    ...{ caller: alice, named: { customerId: 'cus_1' }, pays: 'alice', notAllowed: ['customerId'] },
  },
  {
    title: 'refuses an e-mail address from a person',
    ...{ caller: alice, named: { customerEmail: 'alice@shop.example' }, pays: 'alice', notAllowed: ['customerEmail'] },
  },
  {
    title: 'names everything that is refused',
    caller: alice,
    named: { customerId: 'cus_1', customerEmail: 'bob@shop.example', referenceCustomerId: 'bob' },
    pays: 'bob',
    notAllowed: ['customerId', 'customerEmail', 'referenceCustomerId'],
  },
  {
    title: 'lets a service name anybody',
    ...{ caller: shop, named: { customerId: 'cus_1', referenceCustomerId: 'bob' }, pays: 'bob', notAllowed: [] },
  },
  { title: 'fills in nobody for a service', caller: shop, named: {}, pays: undefined, notAllowed: [] },
  {
    title: 'lets everybody name anybody where authentication is off',
    ...{ caller: LOCAL_CALLER, named: { referenceCustomerId: 'bob' }, pays: 'bob', notAllowed: [] },
  },
];

describe('the access policy', () => {
  it.each(CASES)('$title', ({ caller, named, pays, notAllowed }) => {
    expect(classifyCustomer(named, caller)).toEqual({ referenceCustomerId: pays, notAllowed });
  });

  it.each([
    [alice.scope, true],
    [shop.scope, false],
    ['customer:https://issuer.example/|alice2', false],
    ['customer:https://other.example/|alice', false],
    ['', false],
  ])('says of a payment of %p whether it is alice’s: %p', (scope, expected) => {
    expect(isOwn({ scope }, alice)).toBe(expected);
  });

  it('answers another’s payment, and none, with null', () => {
    const own = { scope: alice.scope } as Payment;
    expect(ownOrNull(own, alice)).toBe(own);
    expect([ownOrNull(own, shop), ownOrNull(null, alice), ownOrNull(undefined, alice)]).toEqual([null, null, null]);
  });

  it('counts a person and a service by their own rates', () => {
    const rates = { perPerson: 3, perService: null };
    expect([mostFor(alice, rates), mostFor(shop, rates), mostFor(alice, { ...rates, perPerson: null })]).toEqual([
      ...[3, null, null],
    ]);
  });

  it('lets everybody read the payments of one scope, whomever they may pay for', () => {
    expect([alice, shop, LOCAL_CALLER].map(readableScope)).toEqual([alice.scope, shop.scope, 'local']);
  });

  it('asks for each permission by itself', () => {
    const reader: Caller = { ...alice, may: { read: true, write: false, anyCustomer: false } };
    expect([isAllowed(reader, 'read'), isAllowed(reader, 'write')]).toEqual([true, false]);
  });

  it('knows every field at the top of an operation, and asks of each what routers are told', () => {
    const sdl = readFileSync('schema/payments.graphql', 'utf8');
    const schema = buildSchema(`${sdl}\n${readFileSync('schema/federation-directives.graphql', 'utf8')}`);
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(isObjectType);
    const published = roots
      .flatMap((root) => Object.values(root.getFields()))
      .map(({ name, astNode }) => [name, /payments:(\w+)/.exec(JSON.stringify(astNode?.directives))?.[1] ?? null]);
    expect(published.length).toBeGreaterThan(5);
    const { permissions } = readFieldRules(createPaymentsSubgraph().classes);
    expect(Object.fromEntries(permissions)).toEqual(Object.fromEntries(published));
  });
});
