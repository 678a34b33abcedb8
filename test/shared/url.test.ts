import { parseUrl } from '../../src/shared/net/url.js';

describe('parseUrl', () => {
  it('takes names that are not of ASCII however often it was asked', () => {
    const texts = ['https://bücher.example/zurück', 'https://例え.example/戻る', 'https://shop.example/'];

    const refused = Array.from({ length: 30_000 }, (_, index) => texts[index % texts.length] ?? '').filter(
      (text) => parseUrl(text) === null,
    );

    expect(refused).toEqual([]);
  });

  it.each(['', '/back', 'shop.example', 'https://', 'https://exa mple/'])('answers null for “%s”', (text) => {
    expect(parseUrl(text)).toBeNull();
  });
});
