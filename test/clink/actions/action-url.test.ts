import { isAppUrl, isBrowserUrl } from '../../../src/clink/actions/action-url.js';
import { toImageDataUrl, toImageUrl } from '../../../src/clink/actions/wallet-image.js';

describe('isBrowserUrl', () => {
  it.each([
    'https://pay.example',
    'HTTPS://Pay.Example/Path?q=%2F#f',
    'https://pay.example:8443/a@b',
    'https://münchen.example/ü?q=日本',
    'http://localhost:4010/pay/1',
    'http://127.0.0.1:4010/',
    'http://127.9.8.7/',
    'http://[::1]:4010/',
    `https://pay.example/${'a'.repeat(4_000)}`,
  ])('allows %s', (url) => {
    expect(isBrowserUrl(url, [])).toBe(true);
  });

  it.each([
    '',
    'pay.example',
    '/3ds',
    '//pay.example/',
    'https:pay.example',
    'https:/pay.example',
    'https:///pay.example',
    'https:\\\\pay.example',
    'https://pay.example\\@evil.example',
    'https://user@pay.example/',
    'https://user:secret@pay.example/',
    'https://@pay.example/',
    'https://pay.example/a b',
    'https://pay.example/\n',
    'https://pay\t.example/',
    '\u0000https://pay.example/',
    'https://pay.example/\u202egnp.exe',
    'https://pay\u200b.example/',
    'https://pay.example/\ud800',
    'https://',
    'https://pay.example:99999/',
    'http://pay.example/',
    'http://localhost.evil.example/',
    'http://127.0.0.1.evil.example/',
    'http://10.0.0.1/',
    'ftp://pay.example/',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://pay.example/1',
    'view-source:https://pay.example/',
    `https://pay.example/${'a'.repeat(4_100)}`,
  ])('refuses %j', (url) => {
    expect(isBrowserUrl(url, [])).toBe(false);
  });

  it('compares whole origins', () => {
    const origins = ['https://pay.example'];

    expect(isBrowserUrl('https://PAY.example:443/x', origins)).toBe(true);
    expect(isBrowserUrl('https://pay.example:444/x', origins)).toBe(false);
    expect(isBrowserUrl('https://pay.example.evil.example/x', origins)).toBe(false);
    expect(isBrowserUrl('https://sub.pay.example/x', origins)).toBe(false);
    expect(isBrowserUrl('http://localhost/x', origins)).toBe(false);
  });
});

describe('isAppUrl', () => {
  it.each([
    'cashapp://pay/1?a=b',
    'weixin://wxpay/bizpayurl?pr=1',
    'alipays:platformapi/startapp',
    'https://pay.example/link',
    'intent://pay#Intent;scheme=tng;end',
  ])('allows %s', (url) => {
    expect(isAppUrl(url)).toBe(true);
  });

  it.each([
    '',
    'pay',
    '//pay.example',
    ':x',
    '1x:y',
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'java\tscript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    ' javascript:alert(1)',
    '\u200bjavascript:alert(1)',
    'data:text/html,x',
    'Data:image/png;base64,x',
    'vbscript:x',
    'file:///sdcard/x',
    'blob:https://pay.example/1',
    `app:${'a'.repeat(4_100)}`,
  ])('refuses %j', (url) => {
    expect(isAppUrl(url)).toBe(false);
  });
});

describe('an image of a wallet', () => {
  const base64Of = (content: string) => Buffer.from(content, 'latin1').toString('base64');

  it.each([
    ['PNG', '\x89PNG\r\n\x1a\n', 'image/png'],
    ['JPEG', '\xff\xd8\xff\xe0', 'image/jpeg'],
    ['GIF', 'GIF89a...', 'image/gif'],
    ['SVG', '<svg viewBox="0 0 1 1"/>', 'image/svg+xml'],
    ['SVG with a declaration', '<?xml version="1.0"?><svg/>', 'image/svg+xml'],
  ])('becomes a data URL from bare Base64: %s', (_name, content, type) => {
    expect(toImageUrl(base64Of(content))).toBe(`data:${type};base64,${base64Of(content)}`);
  });

  it('may be wrapped into lines', () => {
    expect(toImageUrl('iVBORw0KGgoA\r\nAAANSUhEUg==')).toBe('data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==');
  });

  it.each([
    'https://img.example/qr.png',
    'data:image/png;base64,iVBORw0KGgo=',
    'data:image/svg+xml;utf8,<svg a="b c"/>',
  ])('stays as it is: %s', (url) => {
    expect(toImageUrl(url)).toBe(url);
  });

  it.each([
    '',
    'http://img.example/qr.png',
    'data:text/html;base64,PHN2Zz4=',
    'data:image/png,\n',
    'data:image/png',
    'data:image/png ;base64,x',
    'javascript:alert(1)',
    base64Of('<script>alert(1)</script>'),
    'iVBORw0KGgo"onerror=',
    'undefined',
    `iVBORw0KGgo${'A'.repeat(200_000)}`,
  ])('is refused where it is none: %.60j', (text) => {
    expect(toImageUrl(text)).toBeNull();
  });

  it('is a data URL of an image type in its own field, nothing else', () => {
    expect(toImageDataUrl('DATA:image/PNG;base64,AAAA')).toBe('DATA:image/PNG;base64,AAAA');
    expect(toImageDataUrl('https://img.example/qr.png')).toBeNull();
    expect(toImageDataUrl('data:application/pdf;base64,AAAA')).toBeNull();
    expect(toImageDataUrl(`data:image/png;base64,${'A'.repeat(200_000)}`)).toBeNull();
  });
});
