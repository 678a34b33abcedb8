import { mapAction, type ActionMapping } from '../../../src/clink/actions/action-mapping.js';
import { NOW_MS } from '../support/now.js';

const PNG = 'iVBORw0KGgoAAAANSUhEUg==';
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64');
const URL_A = 'https://pay.example/a?x=%20&y=Ü';

const NOTHING_SHOWN = {
  kind: 'walletQr',
  imageUrlPng: null,
  imageUrlSvg: null,
  imageDataUrl: null,
  hostedInstructionsUrl: null,
  mobileAuthUrl: null,
  fallbackUrl: null,
  packageName: null,
  expiresAtMs: null,
  paymentMethodType: null,
};

const none: ActionMapping = { kind: 'none' };
const unusable = (problem: string): ActionMapping => ({ kind: 'unusable', problem });
const usable = (action: unknown) => ({ kind: 'usable', action });
const walletQr = (shown: object) => usable({ ...NOTHING_SHOWN, ...shown });
const redirect = (url: string) => usable({ kind: 'redirect', url, paymentMethodType: null });
const formPost = (url: string, fields: readonly (readonly [string, string])[]) =>
  usable({ kind: 'formPost', url, fields: fields.map(([name, value]) => ({ name, value })), paymentMethodType: null });
const wallet = (fields: object, beside: object = {}) => ({ ...beside, walletHandleRedirectOrDisplayQrCode: fields });

const UNREADABLE = 'The provider asks for a next step in a form that could not be read.';
const ADDRESS = 'The provider asks to send the payer to an address that is not allowed.';
const METHOD = 'The provider asks for a request that a browser can not make for the payer.';
const FIELDS = 'The provider asks to post a form with a field that is not plain text.';
const WALLET = 'The provider asks to show a wallet code but sends no image or link that may be shown.';

const CASES: readonly (readonly [sentence: string, wire: unknown, mapping: unknown])[] = [
  ['nothing', undefined, none],
  ['null', null, none],
  ['a blank', ' ', none],
  ['an empty object', {}, none],
  ['blanks and nulls throughout', wallet({ imageUrlPng: '', mobileAuthUrl: null }, { redirectUrl: ' ' }), none],
  ['the text "null" for a URL', { redirectUrl: 'null' }, none],
  ['a package name alone', wallet({ packageName: 'com.squareup.cash' }), none],
  ['post data without a URL', { postData: { a: '1' } }, none],
  ['an empty list', [], none],
  ['a list', [{ redirectUrl: URL_A }], unusable(UNREADABLE)],
  ['a text', 'redirect', unusable(UNREADABLE)],
  ['a number', 7, unusable(UNREADABLE)],

  ['a redirect', { redirectUrl: URL_A }, redirect(URL_A)],
  ['a redirect with blanks around', { redirectUrl: ` ${URL_A}\n` }, redirect(URL_A)],
  ['a redirect by GET', { redirectUrl: URL_A, method: 'get' }, redirect(URL_A)],
  ['a redirect with empty post data', { redirectUrl: URL_A, postData: {} }, redirect(URL_A)],
  ['a redirect with post data "null"', { redirectUrl: URL_A, postData: 'null' }, redirect(URL_A)],
  ['a redirect with post data " "', { redirectUrl: URL_A, postData: ' ' }, redirect(URL_A)],
  ['a redirect with an empty list of post data', { redirectUrl: URL_A, postData: [] }, redirect(URL_A)],
  ['a redirect with post data of nulls', { redirectUrl: URL_A, postData: { a: null } }, redirect(URL_A)],
  ['a redirect with an empty wallet', wallet({ imageUrlPng: null }, { redirectUrl: URL_A }), redirect(URL_A)],
  ['a redirect to a host that nobody may see', { redirectUrl: 'http://pay.example/' }, unusable(ADDRESS)],
  ['a redirect that is a number', { redirectUrl: 7 }, none],
  ['a redirect by PUT', { redirectUrl: URL_A, method: 'PUT' }, unusable(METHOD)],

  [
    'a form',
    { redirectUrl: URL_A, method: 'POST', postData: { a: '1', b: '' } },
    formPost(URL_A, [
      ['a', '1'],
      ['b', ''],
    ]),
  ],
  ['a form by PoSt', { redirectUrl: URL_A, method: ' PoSt ', postData: { a: '1' } }, formPost(URL_A, [['a', '1']])],
  ['a form without a method', { redirectUrl: URL_A, postData: { a: '1' } }, formPost(URL_A, [['a', '1']])],
  [
    'a form by GET with post data',
    { redirectUrl: URL_A, method: 'GET', postData: { a: '1' } },
    formPost(URL_A, [['a', '1']]),
  ],
  ['a form without fields', { redirectUrl: URL_A, method: 'POST', postData: null }, formPost(URL_A, [])],
  ['a form with post data ""', { redirectUrl: URL_A, method: 'POST', postData: '' }, formPost(URL_A, [])],
  [
    'a form of other types',
    { redirectUrl: URL_A, postData: { n: 1.5, t: true, z: null } },
    formPost(URL_A, [
      ['n', '1.5'],
      ['t', 'true'],
    ]),
  ],
  [
    'a form that keeps its text',
    { redirectUrl: URL_A, postData: { html: '"><b>\r\n' } },
    formPost(URL_A, [['html', '"><b>\r\n']]),
  ],
  ['a form with an object', { redirectUrl: URL_A, postData: { a: { b: 1 } } }, unusable(FIELDS)],
  ['a form with a list', { redirectUrl: URL_A, postData: { a: ['1'] } }, unusable(FIELDS)],
  ['a form that is a list', { redirectUrl: URL_A, postData: ['a'] }, unusable(FIELDS)],
  ['a form that is a text', { redirectUrl: URL_A, postData: 'a=1' }, unusable(FIELDS)],
  ['a form with a number too long', { redirectUrl: URL_A, postData: { a: 12345678901234567890 } }, unusable(FIELDS)],
  [
    'a form with a number of many decimals',
    { redirectUrl: URL_A, postData: { a: 0.1234567890123456 } },
    unusable(FIELDS),
  ],
  ['a form with a NUL', { redirectUrl: URL_A, postData: { a: '\u0000' } }, unusable(FIELDS)],
  ['a form with half a character', { redirectUrl: URL_A, postData: { '\ud800': 'a' } }, unusable(FIELDS)],
  ['a form to a script', { redirectUrl: 'javascript:alert(1)', method: 'POST' }, unusable(ADDRESS)],

  [
    'a PNG by its address',
    wallet({ imageUrlPng: 'https://img.example/qr.png' }),
    walletQr({ imageUrlPng: 'https://img.example/qr.png' }),
  ],
  ['a PNG as bare Base64', wallet({ imageUrlPng: PNG }), walletQr({ imageUrlPng: `data:image/png;base64,${PNG}` })],
  [
    'an SVG as bare Base64',
    wallet({ imageUrlSvg: SVG }),
    walletQr({ imageUrlSvg: `data:image/svg+xml;base64,${SVG}` }),
  ],
  [
    'a data URL',
    wallet({ imageDataUrl: `data:image/png;base64,${PNG}` }),
    walletQr({ imageDataUrl: `data:image/png;base64,${PNG}` }),
  ],
  ['a link to an app', wallet({ mobileAuthUrl: 'cashapp://pay/1' }), walletQr({ mobileAuthUrl: 'cashapp://pay/1' })],
  [
    'a guide and a fallback',
    wallet({ hostedInstructionsUrl: URL_A, fallbackUrl: URL_A }),
    walletQr({ hostedInstructionsUrl: URL_A, fallbackUrl: URL_A }),
  ],
  [
    'a wallet beside a redirect',
    wallet({ mobileAuthUrl: 'cashapp://pay/1' }, { redirectUrl: URL_A }),
    walletQr({ mobileAuthUrl: 'cashapp://pay/1' }),
  ],
  [
    'a wallet beside a form',
    wallet({ mobileAuthUrl: 'cashapp://pay/1' }, { redirectUrl: URL_A, method: 'POST', postData: [] }),
    walletQr({ mobileAuthUrl: 'cashapp://pay/1' }),
  ],
  [
    'a wallet with one bad field',
    wallet({ mobileAuthUrl: 'javascript:x', fallbackUrl: URL_A }),
    walletQr({ fallbackUrl: URL_A }),
  ],
  [
    'a wallet with the app’s package',
    wallet({ fallbackUrl: URL_A, packageName: 'com.squareup.cash' }),
    walletQr({ fallbackUrl: URL_A, packageName: 'com.squareup.cash' }),
  ],
  [
    'a wallet with only bad fields',
    wallet({ mobileAuthUrl: 'data:text/html,x', imageDataUrl: 'data:text/html,x' }),
    unusable(WALLET),
  ],
  [
    'a wallet with only bad fields beside a redirect',
    wallet({ fallbackUrl: 'ftp://x' }, { redirectUrl: URL_A }),
    redirect(URL_A),
  ],
  ['a page for an image', wallet({ imageUrlPng: 'data:text/html;base64,PHN2Zz4=' }), unusable(WALLET)],
  ['a path for an image', wallet({ imageUrlPng: '/qr/abcdefgh' }), unusable(WALLET)],

  [
    'the method type',
    { redirectUrl: URL_A, paymentMethodType: 'CARD' },
    usable({ kind: 'redirect', url: URL_A, paymentMethodType: 'CARD' }),
  ],
  ['a method type nobody knows', { redirectUrl: URL_A, paymentMethodType: '<string>' }, redirect(URL_A)],
];

describe('mapAction', () => {
  it.each(CASES)('reads %s', (_sentence, wire, mapping) => {
    expect(mapAction(wire, { actionUrlOrigins: [], nowMs: NOW_MS })).toEqual(mapping);
  });

  const EXPIRIES: readonly (readonly [sentence: string, fields: object, expiresAtMs: number | null])[] = [
    ['seconds', { expiresAt: 1_795_349_100 }, 1_795_349_100_000],
    ['seconds as text', { expiresAt: '1795349100' }, 1_795_349_100_000],
    ['milliseconds', { expiresAt: 1_795_349_100_123 }, 1_795_349_100_123],
    ['seconds with a fraction', { expiresAt: 1_795_349_100.5 }, 1_795_349_100_500],
    ['expiresAt before a countdown', { expiresAt: 1_795_349_100, expiresSecond: 1 }, 1_795_349_100_000],
    ['a countdown', { expiresAt: null, expiresSecond: 90 }, NOW_MS + 90_000],
    ['a countdown as text', { expiresAt: '', expiresSecond: '90' }, NOW_MS + 90_000],
    ['a countdown beside 0', { expiresAt: 0, expiresSecond: 90 }, NOW_MS + 90_000],
    ['a countdown gone by', { expiresSecond: -1 }, null],
    ['a time that no date can hold', { expiresAt: 1e20 }, null],
    ['a countdown that no date can hold', { expiresSecond: 1e15 }, null],
    ['words', { expiresAt: 'soon' }, null],
  ];

  it.each(EXPIRIES)('takes the expiry from %s', (_sentence, fields, expiresAtMs) => {
    const mapping = mapAction(wallet({ fallbackUrl: URL_A, ...fields }), { actionUrlOrigins: [], nowMs: NOW_MS });

    expect(mapping).toEqual(walletQr({ fallbackUrl: URL_A, expiresAtMs }));
  });

  it('keeps a payer on the allowed origins, but lets images and apps be anywhere', () => {
    const mapping = mapAction(
      wallet({
        imageUrlPng: 'https://img.example/qr.png',
        hostedInstructionsUrl: 'https://guide.example/',
        mobileAuthUrl: 'cashapp://pay/1',
        fallbackUrl: 'https://checkout.example/f',
      }),
      { actionUrlOrigins: ['https://checkout.example'], nowMs: NOW_MS },
    );

    expect(mapping).toEqual(
      walletQr({
        imageUrlPng: 'https://img.example/qr.png',
        mobileAuthUrl: 'cashapp://pay/1',
        fallbackUrl: 'https://checkout.example/f',
      }),
    );
  });
});
