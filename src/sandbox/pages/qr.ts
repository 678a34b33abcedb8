import { toBuffer, toDataURL, toString as toText } from 'qrcode';

/** Four modules of white around the code, as the standard asks: cameras need them. */
const LOOK = { errorCorrectionLevel: 'M', margin: 4 } as const;
const WIDTH_PX = 320;

export function qrPngDataUrl(content: string): Promise<string> {
  return toDataURL(content, { ...LOOK, width: WIDTH_PX });
}

export function qrPng(content: string): Promise<Buffer> {
  return toBuffer(content, { ...LOOK, width: WIDTH_PX });
}

export function qrSvg(content: string): Promise<string> {
  return toText(content, { ...LOOK, type: 'svg' });
}
